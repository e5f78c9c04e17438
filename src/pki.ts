import { makeAuthority, makeServing, makeSigningKey, signingKeys, type KeyPair } from './api/certificates.ts'
import type { KeyStore } from './events/key-store.ts'

/** The cluster's keys, as the API serves with them. */
export interface Pki {
  readonly authority: KeyPair
  readonly serving: KeyPair
  readonly accounts: Awaited<ReturnType<typeof signingKeys>>
  /** Seeds uids, suffixes and addresses. */
  readonly idKey: Uint8Array
}

/** Reads or makes the cluster's keys. The serving certificate is made anew each start: names may change. */
export async function openPki(
  keys: KeyStore,
  clusterName: string,
  names: readonly string[],
  now: number,
): Promise<Pki> {
  const authority = await keys.current('authority', async () =>
    Buffer.from(JSON.stringify(await makeAuthority(clusterName, now))),
  )
  const accounts = await keys.current('service-accounts', async () => Buffer.from(await makeSigningKey()))
  const ids = await keys.current('ids', () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))))
  const pair = JSON.parse(authority.secret.toString()) as KeyPair
  return {
    authority: pair,
    serving: await makeServing(pair, names, now),
    accounts: await signingKeys(accounts.secret.toString()),
    idKey: ids.secret,
  }
}

/** Names a client may call the API by: its Service, the machine, the addresses it listens on. */
export const servingNames = (more: readonly string[]): string[] => [
  ...new Set([
    'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local',
    'localhost', '127.0.0.1', ...more,
  ]),
]
