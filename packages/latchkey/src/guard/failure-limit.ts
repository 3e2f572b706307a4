import { checkOptions, type OptionNames } from '../options/check-options.ts'
import { checkedTime } from '../options/clock.ts'
import { wholeText } from '../whole-text.ts'
import type { GuardRequest } from './request.ts'

const mappedIpv4 = wholeText(/::ffff:(\d+\.\d+\.\d+\.\d+)/)

/** How many failures are allowed, and for how long they count. */
export interface FailureLimitOptions {
  /** Failures that are allowed from one address within the window; 10 if not given. */
  readonly maxPerAddress?: number
  /** Failures that are allowed for one user name, from all addresses; 50 if not given, so that one stranger locks nobody out. */
  readonly maxPerName?: number
  /** Seconds after the first failure in which the others are counted; 60 if not given. */
  readonly windowSeconds?: number
  /** Addresses and names that are remembered at most; 10,000 if not given. Then the oldest is forgotten. */
  readonly maxEntries?: number
  /** The address of the client, where a proxy stands in front; that of the connection if not given. */
  readonly addressOf?: (request: GuardRequest) => string | undefined
}

const failureLimitOptions: OptionNames<FailureLimitOptions> = {
  maxPerAddress: 1,
  maxPerName: 1,
  windowSeconds: 1,
  maxEntries: 1,
  addressOf: 1,
}

/** A bound on guessing, for one guard or several that share it. Holds what it counts in this process. */
export interface FailureLimit {
  /**
   * Seconds to wait before more may be tried from the address of this request, and for this name; undefined if some
   * more may. Asking counts nothing.
   */
  waitSeconds(request: GuardRequest, name: string | undefined, nowMs: number): number | undefined
  /** Count a failure. */
  count(request: GuardRequest, name: string | undefined, nowMs: number): void
  /** Take back one failure that was counted in advance. */
  forgive(request: GuardRequest, name: string | undefined): void
}

interface Tally {
  failures: number
  readonly endsAtMs: number
}

/**
 * Build a limit on failures, in the memory of this process.
 *
 * @throws {TypeError} if an option is invalid.
 */
export function failureLimit(options: FailureLimitOptions = {}): FailureLimit {
  checkOptions('failureLimit', options, failureLimitOptions)
  const maxPerAddress = countOf('maxPerAddress', options.maxPerAddress, 10)
  const maxPerName = countOf('maxPerName', options.maxPerName, 50)
  const windowMs = 1000 * countOf('windowSeconds', options.windowSeconds, 60)
  const maxEntries = countOf('maxEntries', options.maxEntries, 10_000)
  const { addressOf = ({ remoteAddress }) => remoteAddress } = options
  const tallies = new Map<string, Tally>()

  /** The keys that a request is counted under, each with its limit. */
  function keysOf(request: GuardRequest, name: string | undefined): readonly (readonly [string, number])[] {
    const address = addressOf(request)
    return [
      ...(address === undefined ? [] : [[`address ${networkOf(address)}`, maxPerAddress] as const]),
      ...(name === undefined ? [] : [[`name ${name}`, maxPerName] as const]),
    ]
  }

  return {
    waitSeconds(request, name, nowMs) {
      checkedTime(nowMs)
      let waitMs = 0
      for (const [key, max] of keysOf(request, name)) {
        const tally = tallies.get(key)
        if (tally !== undefined && tally.failures >= max) waitMs = Math.max(waitMs, tally.endsAtMs - nowMs)
      }
      return waitMs > 0 ? Math.ceil(waitMs / 1000) : undefined
    },
    count(request, name, nowMs) {
      checkedTime(nowMs)
      for (const [key] of keysOf(request, name)) {
        const tally = tallies.get(key)
        if (tally !== undefined && tally.endsAtMs > nowMs) {
          tally.failures++
          continue
        }
        tallies.delete(key) // so that the map stays in the order of the ends of windows
        if (tallies.size >= maxEntries) tallies.delete(tallies.keys().next().value ?? '')
        tallies.set(key, { failures: 1, endsAtMs: nowMs + windowMs })
      }
    },
    forgive(request, name) {
      for (const [key] of keysOf(request, name)) {
        const tally = tallies.get(key)
        if (tally === undefined) continue
        tally.failures--
        if (tally.failures <= 0) tallies.delete(key)
      }
    },
  }
}

/** An IPv4 address by itself; of an IPv6 address the /64, for one customer has at least as many (RFC 6177 section 2). */
export function networkOf(address: string): string {
  const [bare = ''] = address.slice(0, 64).toLowerCase().split('%')
  const v4 = mappedIpv4.exec(bare)?.[1]
  if (v4 !== undefined || !bare.includes(':')) return v4 ?? bare
  const [head = '', tail] = bare.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Math.max(0, 8 - before.length - after.length)
  const groups = tail === undefined ? before : [...before, ...Array<string>(zeros).fill('0'), ...after]
  const network = groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''))
  return `${network.join(':')}::/64`
}

function countOf(name: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
    throw new TypeError(`${name} is a positive whole number`)
  }
  return value
}
