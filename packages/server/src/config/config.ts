import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import * as v from 'valibot'
import { bracketed } from './forms.ts'
import { contradictions, developmentRefusals, refusals } from './safety.ts'
import { type Config, type Given, type Mode, settings } from './settings.ts'

/** The configuration is invalid. The message has one line for each fault. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
    this.name = 'ConfigError'
  }
}

export const environmentName = (setting: string) =>
  `LATCHKEY_${setting.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`

const defaultData: Record<Mode, string> = { development: '.latchkey', production: 'latchkey-data' }

/**
 * From the environment (`LATCHKEY_PORT` …) and, for what is not set there, from `latchkey.json` beside the data
 * directory (`{"port": "8484"}`). A setting that is empty counts as left out.
 * @throws {ConfigError}
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>, mode: Mode): Config {
  const problems: string[] = []
  const data = resolve(environment.LATCHKEY_DATA || defaultData[mode])
  const file = join(dirname(data), 'latchkey.json')
  const written = readFile(file, problems)
  const given: Record<string, unknown> = {}

  for (const [name, setting] of Object.entries(settings)) {
    const inEnvironment = environment[environmentName(name)] || undefined
    const inFile = written[name] === '' ? undefined : written[name]
    const value = inEnvironment ?? inFile ?? ('fallback' in setting ? setting.fallback : undefined)
    if (value === undefined) continue
    const result = v.safeParse(setting.schema as v.GenericSchema, value)
    if (result.success) given[name] = result.output
    else {
      const source = inEnvironment === undefined ? `${name} in ${file}` : environmentName(name)
      problems.push(`${source} ${whatIsWrong(result.issues[0])}`)
    }
  }
  problems.push(...unknownNames(environment), ...misplacedNames(written, file))
  if (problems.length > 0) throw new ConfigError(problems)

  const settled = given as Given // each name was parsed by its own schema above
  const issuer = settled.issuer ?? `http://${bracketed(settled.host)}:${settled.port}`
  const config: Config = {
    ...settled,
    ...{ mode, data, issuer, audience: settled.audience ?? issuer },
    debugger: settled.debugger ?? (mode === 'development' ? 'public' : 'signed-in'),
  }
  const unsafe = mode === 'production' ? refusals(config) : developmentRefusals(config)
  const found = [...contradictions(config), ...unsafe]
  if (found.length > 0) throw new ConfigError(found)
  return config
}

/** The schemas say in our words what a text must look like; that it must be text at all, the validator says in its own. */
function whatIsWrong(issue: v.BaseIssue<unknown>): string {
  return issue.type === 'string' ? 'must be text' : issue.message
}

function readFile(file: string, problems: string[]): Record<string, unknown> {
  if (!existsSync(file)) return {}
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof content === 'object' && content !== null && !Array.isArray(content))
      return content as Record<string, unknown>
    problems.push(`${file} must hold a JSON object`)
  } catch (error) {
    problems.push(`${file} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
  return {}
}

/** An unknown setting is an error: a misspelled one would otherwise be ignored. */
function unknownNames(environment: Readonly<Record<string, string | undefined>>): string[] {
  const known = Object.keys(settings).map(environmentName)
  return Object.keys(environment)
    .filter((name) => name.startsWith('LATCHKEY_') && !name.startsWith('LATCHKEY_TEST_'))
    .filter((name) => !known.includes(name))
    .map((name) => `${name} is no setting of Latchkey${meant(name, known)}`)
}

function misplacedNames(written: Readonly<Record<string, unknown>>, file: string): string[] {
  const known = Object.keys(settings)
  return Object.keys(written).flatMap((name) => {
    if (!known.includes(name)) return [`${name} in ${file} is no setting of Latchkey${meant(name, known)}`]
    // The file is looked for beside the data directory, so it cannot say where that is.
    return name === 'data' ? [`data in ${file} cannot be set there; set LATCHKEY_DATA`] : []
  })
}

function meant(name: string, known: readonly string[]): string {
  const near = known.find((candidate) => editsBetween(name, candidate) <= 2)
  return near === undefined ? '' : `; did you mean ${near}?`
}

/** The Levenshtein distance: how many letters must be changed, added or left out. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries())
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (letter === other ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}
