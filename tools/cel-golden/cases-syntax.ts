import type { Case } from './cases-language.ts'

const TOKENS = [
  '==', '!=', 'in', '<', '&&', '||', '[', ']', '{', '}', '(', ')', '.', ',', '-', '!', '?', ':', '+', '*', 'true',
  'null', '1', '1u', '2.5', '"a"', "b'c'", 'x', '`e-f`',
]
const VALID = [
  'x . a . b [ 1 ] + f ( 1 , x ) * 2 > 3 && ! x || - 1 < 2 ? "a" : [ 1 , ? x , 3 ]',
  '{ "a" : 1 , ? "b" : x . ? c [ ? 0 ] } . all ( k , k > 1 )',
  'a . B { f : 1 , ? g : x . h ( ) } == ( x in [ 1 , ] ) ',
  '- - 1 - ! ! x . `e-f` % ( 1 + 2 * 3 )',
  'x . map ( y , y > 1 , { y : [ y ] } ) [ 0 ]',
]

/** Expressions with one or two tokens that are left out, put in or changed, by a fixed seed. */
function mutations(count: number): string[] {
  let seed = 7
  const below = (max: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return Math.floor((seed / 2147483648) * max)
  }
  return Array.from({ length: count }, () => {
    const tokens = VALID[below(VALID.length)]!.trim().split(' ')
    const start = below(tokens.length)
    const part = below(3) === 0 ? tokens.slice(start, start + 6) : tokens
    for (let times = 1 + below(2); times > 0; times--) {
      const at = below(part.length)
      const token = TOKENS[below(TOKENS.length)]!
      part.splice(at, [1, 0, 1][below(3)]!, ...(below(3) === 0 ? [] : [token]))
    }
    return part.join(' ')
  })
}

/** What is no expression, and what the parser says of it. */
export const SYNTAX: Record<string, Case[]> = {
  syntax: [
    '', ' ', '1+', '1 +', '+', '`a`', "'\\q'", "'\\400'", '\u{1F600}', 'x.in', 'x.true', 'x.null.y', 'a b', 'a b c', '(1', '(', ')', '()', '[1', '[', ']', '[1,', '[1,,2]', '[,1]', '[1 2]',
    '{', '}', '{"a" 1}', '{"a":}', '{"a"}', '{"a":1', '{"a":1,', '{"a":1,,}', '{:1}', '{"a":1 "b":2}', 'f(1,', 'f(', 'f(1', 'f(,)', 'f(1,)', 'f(1 2)', 'f)', 'a ? b', 'a ? b :', 'a ? : c', 'a ? b : c : d', '? a', 'a ?? b',
    'a.', 'a..b', '.', '..a', 'a.1', 'a."b"', 'a.(b)', 'a[', 'a[]', 'a[1', 'a[1]]', 'a[1,2]', 'a.b.', 'a.b.c(', 'a.?', 'a.?b(', 'a.?b()', 'a[?', 'a[?]', 'a &&', '&& a', 'a && && b', 'a & b', 'a | b', 'a = b', 'a == == b', 'a == b ==', 'a <> b', 'a ! b', '!', '-', '- -', '--', '!-1', '-!x', '1 2', '1.', '1.e', '0x', '1uu', '1.5.5', "'a' 'b'", '"a', "'a\nb'", '"""a', 'b"', 'r"a', '`', '`a', 'a.`b', 'a.`b`', 'a.`b`(1)', '`a`(1)', '$', 'a$b', '#', '@x', '\\', 'a;b', 'a => b', 'a -> b', 'a := 1', 'a++', 'a--', '1 + + 2', '1 * * 2', '* 1', '1 %', 'in', 'a in', 'in a', 'a in in b', 'true false', 'null null', 'true(1)', 'null.a', 'if (a) b', 'for', 'a.for', 'for.a', 'var x = 1', 'let', 'while(1)', 'x.while', 'a.b{c:1', 'a.b{c}', 'a.b{c:1,,}', 'a.b{1:1}', 'a{`b-c`:1}', 'a{?', 'a{', 'a.b{}.c.', 'a.{}', '.a{', '.true', '.1', '. 1', 'a\n.', 'a\n+\n', '\n\n)', 'a +\t\t', 'x.exists(', 'x.exists(y', 'x.exists(y,', 'has(', 'has(a.b', 'self.x > 1 self.y < 2', 'self.x >\n  self.y >=', '((((1)))', '((1)))', '[[[', '{{{', '1 == 2 {', 'size(self) <= 3 and true', 'self.a or self.b', 'not self.a', 'self.a === self.b', 'self.a !== 1', "self.a == 'x", 'self.list[0', "self['a'", "self.a ? 'x' 'y'", 'self.a.map(x, x => 1)', 'a,b', ',', ':', '1:2', '"a" : 1', 'x.y z.w', '\u00e9', 'a\u00e9', '"\u00e9" \u00e9', '"\u{1F600}" x',
    ') '.repeat(40), '( ) '.repeat(40), '$ '.repeat(120), '1 '.repeat(300), '[1, '.repeat(20), 'a . '.repeat(10), `( ${'1 '.repeat(300)}`,
    // What a macro says of an argument that is none is not told.
    ...mutations(400).filter((expr) => !expr.includes('map ( . ,')),
  ],
}
