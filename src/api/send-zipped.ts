import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createGzip } from 'node:zlib'
import { GZIP_BYTES_MIN } from '../base/limits.ts'
import type { Exchange } from './exchange.ts'
import { sendPieces } from './send-pieces.ts'

/**
 * Sends pieces as they are, or zipped when the client takes that and the first one alone is large: zlib works
 * beside the main thread. Source: apiserver handlers/responsewriters deferredResponseWriter.
 */
export async function sendZippable(exchange: Exchange, type: string, pieces: Iterable<Uint8Array>): Promise<void> {
  const { outgoing } = exchange
  const iterator = pieces[Symbol.iterator]()
  const first = iterator.next()
  const all = chained(first, iterator)
  if (first.done || first.value.byteLength <= GZIP_BYTES_MIN || !takesGzip(exchange.header('accept-encoding'))) {
    outgoing.writeHead(200, exchange.headers({ 'content-type': type }))
    return sendPieces(outgoing, all)
  }
  const more = { 'content-type': type, 'content-encoding': 'gzip', 'vary': 'Accept-Encoding' }
  outgoing.writeHead(200, exchange.headers(more))
  await zipped(outgoing, all)
}

/** Source: responsewriters/writers.go responseContentEncodingSupported. */
export const takesGzip = (accepted: string | undefined): boolean =>
  accepted !== undefined && accepted.split(',').some((token) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/.test(token))

function* chained(first: IteratorResult<Uint8Array>, rest: Iterator<Uint8Array>): Generator<Uint8Array> {
  for (let next = first; !next.done; next = rest.next()) yield next.value
}

async function zipped(outgoing: ServerResponse, pieces: Iterable<Uint8Array>): Promise<void> {
  const gzip = createGzip({ level: constants.Z_BEST_SPEED })
  try {
    await pipeline(Readable.from(pieces, { objectMode: true }), gzip, outgoing)
  } catch (error) {
    // A client that hangs up in the middle of an answer is no fault of anybody here.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE' && !outgoing.destroyed) throw error
  }
}
