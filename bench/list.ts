/**
 * How long does a LIST of all Pods take, and how big is it? Run it against klio and against the peer with
 * the same number of Pods; the first run of each is dropped.
 * `URL=... TOKEN=... bun bench/list.ts [rounds]`
 */
const url = process.env['URL'] ?? 'https://127.0.0.1:6443'
const token = process.env['TOKEN'] ?? ''
const rounds = Number(process.argv[2] ?? 5)

const times: number[] = []
let bytes = 0
for (let i = 0; i <= rounds; i++) {
  const from = performance.now()
  const answer = await fetch(`${url}/api/v1/pods`, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/json', 'accept-encoding': 'identity' },
    tls: { rejectUnauthorized: false },
  } as RequestInit)
  bytes = 0
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) bytes += chunk.length
  if (i > 0) times.push(performance.now() - from)
}
times.sort((a, b) => a - b)
console.log(
  `LIST of ${(bytes / 1e6).toFixed(0)} MB: min ${times[0]!.toFixed(0)} ms, median ${times[times.length >> 1]!.toFixed(0)} ms, max ${times.at(-1)!.toFixed(0)} ms`,
)
export {}
