import { createReadStream, openSync, readFileSync, writeSync } from 'node:fs'
import { extname } from 'node:path'
import { importFile, type RefusedRecord } from '../../accounts/transfer/file-import.ts'
import { type AddressOptions, addressModes } from '../../accounts/transfer/imported-addresses.ts'
import {
  djangoSource,
  firebaseParametersIn,
  firebaseSource,
  keycloakSource,
} from '../../accounts/transfer/sources/json-sources.ts'
import { csvSource, ndjsonSource } from '../../accounts/transfer/sources/line-sources.ts'
import type { Source } from '../../accounts/transfer/sources/source.ts'
import { usernameKey } from '../../accounts/users/username-key.ts'
import type { App } from '../../app.ts'
import { operator } from '../../identity.ts'
import { visibleJson } from '../../text.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, type Output } from '../output.ts'
import { createProgress } from '../progress.ts'
import { readSecret } from '../secret.ts'
import { WrongUse } from '../wrong-use.ts'

interface Options {
  readonly format?: string
  readonly type: string
  readonly firebase?: string
  readonly check?: string
  readonly dryRun?: boolean
  readonly report?: string
  readonly addresses: string
  readonly language: string
}

const formats = ['csv', 'ndjson', 'django', 'keycloak', 'firebase'] as const
type Format = (typeof formats)[number]

export async function run({ args: [file = ''], options, json }: Given<Options>): Promise<void> {
  const output = createOutput(json)
  const format = formatOf(file, options.format)
  const { source, reading } = sourceOf(format, options.firebase)
  const isTrial = options.dryRun === true
  const addresses = addressesIn(options)
  // Another choice is another import.
  const read = addresses.mode === 'none' ? reading : `${reading} ${addresses.mode} ${addresses.language}`
  await withApp(async (app) => {
    if (options.check !== undefined) await checkPassword(app, { file, source, username: options.check })
    const refused = createReport(output, options.report)
    const progress = createProgress(json)
    const result = await importFile(app, operator, {
      ...{ file, source, reading: read, isTrial, addresses, userType: options.type },
      onRefused: refused.add,
      onProgress: (part, records) => progress.show(part, `${records.toLocaleString('en')} records`),
    }).finally(progress.end)
    refused.end()
    const { records, created, skipped } = result
    const [verb, rest] = isTrial ? ['would be created', 'would be refused'] : ['were created', 'were refused']
    const before = skipped > 0 ? `; ${skipped} were done by an earlier run` : ''
    output.result(`of ${records} records ${created} ${verb}, ${result.refused} ${rest}${before}`, result)
  })
}

/** @throws {WrongUse} */
function addressesIn({ addresses, language }: Options): AddressOptions {
  const mode = addressModes.find((one) => one === addresses)
  if (mode === undefined) throw new WrongUse(`--addresses is one of ${addressModes.join(', ')}`)
  if (language !== 'en' && language !== 'zh-Hant') throw new WrongUse('--language is en or zh-Hant')
  return { mode, language }
}

/** @throws {WrongUse} */
function formatOf(file: string, given: string | undefined): Format {
  const named = given ?? extname(file).slice(1).replace('jsonl', 'ndjson')
  const format = formats.find((one) => one === named)
  if (format !== undefined) return format
  throw new WrongUse(`--format is one of ${formats.join(', ')}`)
}

function sourceOf(format: Format, firebase: string | undefined): { source: Source; reading: string } {
  if (format === 'firebase' && firebase === undefined) {
    throw new WrongUse('--firebase names the file with the parameters that the console of Firebase shows')
  }
  if (format !== 'firebase' && firebase !== undefined)
    throw new WrongUse('--firebase is for --format firebase')
  const parameters = firebase === undefined ? '' : readFileSync(firebase, 'utf8')
  const source = {
    csv: () => csvSource,
    ndjson: () => ndjsonSource,
    django: () => djangoSource,
    keycloak: () => keycloakSource,
    firebase: () => firebaseSource(firebaseParametersIn(parameters)),
  }[format]()
  return { source, reading: `${format} ${parameters}` }
}

/**
 * Try a password that somebody knows against the file before anything is imported: parameters that are wrong would make
 * hashes that no password fits.
 */
async function checkPassword(
  app: App,
  { file, source, username }: { file: string; source: Source; username: string },
): Promise<void> {
  const key = usernameKey(username)
  for await (const record of source(createReadStream(file, { encoding: 'utf8' }))) {
    if (record.kind === 'fault' || usernameKey(record.person.username) !== key) continue
    const password = await readSecret(`the password of ${username}`)
    if (await app.passwords.matches(password, record.person.passwordHash)) return
    throw new Error(`this is not the password of ${username} by the file; nothing was imported`)
  }
  throw new Error(`the file has no usable record of ${username}; nothing was imported`)
}

/** As many refused records are shown where no report is asked for. */
const mostShown = 20

/** Who was refused: the first of them on the terminal, or all of them as NDJSON in a file. */
function createReport(output: Output, file: string | undefined) {
  // It names people, so it is for its owner alone.
  const descriptor = file === undefined ? undefined : openSync(file, 'a', 0o600)
  let count = 0
  return {
    add({ place, username, code, detail }: RefusedRecord) {
      count += 1
      if (descriptor !== undefined) {
        writeSync(descriptor, `${visibleJson({ place, username, code, detail })}\n`)
      } else if (count <= mostShown) {
        output.note(`${place}${username === undefined ? '' : ` (${username})`}: ${detail}`)
      }
    },
    end() {
      if (descriptor === undefined && count > mostShown) {
        output.note(`and ${count - mostShown} more; --report names a file for all of them`)
      }
    },
  }
}
