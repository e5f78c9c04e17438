/** Migrations are text, so that `bun build --compile` carries them. */
declare module '*.sql' {
  const text: string
  export default text
}
