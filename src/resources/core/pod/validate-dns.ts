import { forbidden, invalid, required, tooLong, type FieldError } from '../../../meta/field-error.ts'
import { exceedsBytes, isDns1123SubdomainWithUnderscore } from '../../../meta/names.ts'
import { addInvalid, checkSubdomain } from '../../checks.ts'
import { at, where, type Path } from '../../field-path.ts'
import type { HostAlias, PodDNSConfig, PodSpec } from '../../generated/core.gen.ts'
import { ipErrors } from '../../ip.ts'

/** Source: core/validation MaxDNSNameservers and its neighbours. */
const NAMESERVERS_MAX = 3
const SEARCHES_MAX = 32
const SEARCH_CHARACTERS_MAX = 2048
/** Longest host name of Linux. Source: core/validation validatePodHostName. */
const HOSTNAME_BYTES_MAX = 64

/** Source: core/validation validatePodDNSConfig. */
export function dnsConfigErrors(
  errors: FieldError[],
  path: Path,
  config: PodDNSConfig | undefined,
  policy: string,
): void {
  const none = policy === 'None'
  if (!config) {
    if (none)
      errors.push(
        required(where(path), 'must provide `dnsConfig` when `dnsPolicy` is None'),
      )
    return
  }
  const { nameservers = [], searches = [], options = [] } = config
  if (none && nameservers.length === 0)
    return void errors.push(
      required(
        where(path, 'nameservers'),
        'must provide at least one DNS nameserver when `dnsPolicy` is None',
      ),
    )
  const tooMany = (step: string, value: string[], what: string): void =>
    void errors.push(invalid(where(path, step), value, `must not have more than ${what}`))
  if (nameservers.length > NAMESERVERS_MAX)
    tooMany('nameservers', nameservers, `${NAMESERVERS_MAX} nameservers`)
  for (const [i, address] of nameservers.entries())
    errors.push(...ipErrors(where(path, 'nameservers', i), address))
  if (searches.length > SEARCHES_MAX)
    tooMany('searches', searches, `${SEARCHES_MAX} search paths`)
  if (exceedsBytes(searches.join(' '), SEARCH_CHARACTERS_MAX))
    tooMany(
      'searches',
      searches,
      `${SEARCH_CHARACTERS_MAX} characters (including spaces) in the search list`,
    )
  for (const [i, search] of searches.entries())
    if (search !== '.') searchErrors(errors, at(path, 'searches'), i, search)
  for (const [i, { name }] of options.entries())
    if (!name) errors.push(required(where(path, 'options', i), 'must not be empty'))
}

function searchErrors(errors: FieldError[], path: Path, i: number, search: string): void {
  const name = search.endsWith('.') ? search.slice(0, -1) : search
  addInvalid(errors, path, i, name, isDns1123SubdomainWithUnderscore(name))
}

/** Source: core/validation ValidateHostAliases. */
export function hostAliasErrors(
  errors: FieldError[],
  list: Path,
  aliases: readonly HostAlias[],
): void {
  for (const [i, { ip = '', hostnames = [] }] of aliases.entries()) {
    errors.push(...ipErrors(where(list, i, 'ip'), ip))
    for (const [j, name] of hostnames.entries())
      checkSubdomain(errors, at(at(list, i), 'hostnames'), j, name)
  }
}

/** Source: core/validation validatePodHostName. */
export function hostnameOverrideErrors(errors: FieldError[], path: Path, spec: PodSpec): void {
  const name = spec.hostnameOverride
  if (name === undefined) return
  const refuse = (why: string): void =>
    void errors.push(forbidden(where(path, 'hostnameOverride'), `may not be specified when ${why}`))
  if (spec.setHostnameAsFQDN) refuse('setHostnameAsFQDN is true')
  if (spec.hostNetwork) refuse('hostNetwork is true')
  if (exceedsBytes(name, HOSTNAME_BYTES_MAX))
    errors.push(tooLong(where(path, 'hostnameOverride'), HOSTNAME_BYTES_MAX))
  checkSubdomain(errors, path, 'hostnameOverride', name)
}
