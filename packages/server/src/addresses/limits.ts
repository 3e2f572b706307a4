import type { Network } from './networks.ts'
import { createPlaces, type NoPlace, type Places } from './places.ts'

/** The places of addresses on each edge, which do not take each other's. */
export interface AddressPlaces {
  readonly http: Places
  readonly mqtt: Places
  readonly streams: Places
}

/** What one address may have. */
export interface AddressLimits {
  readonly connectionsPerAddress: number
  readonly halfOpenPerAddress: number
  readonly streamsPerAddress: number
  readonly trustedProxies: readonly Network[]
}

const connectionReasons: Readonly<Record<NoPlace, string>> = {
  too_many: 'connections_per_address',
  too_many_half_open: 'half_open_per_address',
}

/** `refused` is told the reason by the name of its setting. */
export function createAddressPlaces(
  { connectionsPerAddress, halfOpenPerAddress, streamsPerAddress, trustedProxies }: AddressLimits,
  refused: (reason: string, address: string) => void,
): AddressPlaces {
  const connections = () =>
    createPlaces({
      most: connectionsPerAddress,
      mostHalfOpen: halfOpenPerAddress,
      exempt: trustedProxies,
      refused: (address, reason) => refused(connectionReasons[reason], address),
    })
  return {
    http: connections(),
    mqtt: connections(),
    // A stream comes with the address of its client. Where that is a proxy of ours, nobody else is known.
    streams: createPlaces({
      most: streamsPerAddress,
      refused: (address) => refused('streams_per_address', address),
    }),
  }
}
