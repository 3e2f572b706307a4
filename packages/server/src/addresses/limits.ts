import type { Network } from './networks.ts'
import { createPlaces, type NoPlace, type Places } from './places.ts'

/** The connections that an address may have, counted apart for each edge. */
export interface AddressPlaces {
  readonly http: Places
  readonly mqtt: Places
  readonly streams: Places
}

/** The limits of one address. */
export interface AddressLimits {
  readonly connectionsPerAddress: number
  readonly halfOpenPerAddress: number
  readonly streamsPerAddress: number
  readonly trustedProxies: readonly Network[]
}

/** The limit that an address has come to, by the name of its setting. */
type PerAddress = 'connections_per_address' | 'half_open_per_address' | 'streams_per_address'

const connectionReasons: Readonly<Record<NoPlace, PerAddress>> = {
  too_many: 'connections_per_address',
  too_many_half_open: 'half_open_per_address',
}

/** `refused` is called with the name of the setting that was exceeded. */
export function createAddressPlaces(
  { connectionsPerAddress, halfOpenPerAddress, streamsPerAddress, trustedProxies }: AddressLimits,
  refused: (reason: PerAddress, address: string) => void,
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
    // The address of a stream is that of its client. If it is one of a trusted proxy, the client is not known.
    streams: createPlaces({
      most: streamsPerAddress,
      refused: (address) => refused('streams_per_address', address),
    }),
  }
}
