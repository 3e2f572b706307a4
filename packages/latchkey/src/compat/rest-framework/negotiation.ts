import type { Ask } from '../mount/exchange.ts'
import { strip } from '../python/text.ts'
import { NotAcceptable, NotFound } from './exceptions.ts'

/**
 * What Django REST framework's renderers can give. Its page for browsers is not there: whoever asks for that alone gets
 * JSON.
 */
const renderers = [
  { format: 'json', type: 'application/json' },
  { format: 'api', type: 'text/html' },
] as const

/** How an answer is to be written. */
export interface Chosen {
  /** Blanks for each level of JSON; undefined for none and one line. */
  readonly indent: number | undefined
}

/** By `?format=` and the Accept header. A NotFound or NotAcceptable for what there is not. */
export function negotiate(ask: Ask): Chosen {
  const format = new URLSearchParams(ask.query).getAll('format').at(-1)
  const offered = format ? renderers.filter((renderer) => renderer.format === format) : renderers
  if (offered.length === 0) throw new NotFound()
  const wanted = (ask.header('accept') ?? '*/*').split(',').map(mediaType)
  // The more specific of what is wanted comes first, whatever `q` says.
  for (const precedence of [3, 2, 1, 0]) {
    for (const { type } of offered) {
      const found = wanted.find((one) => one.precedence === precedence && matches(type, one))
      if (found !== undefined) return { indent: type === 'application/json' ? indentOf(found) : undefined }
    }
  }
  throw new NotAcceptable()
}

interface MediaType {
  readonly main: string
  readonly sub: string
  readonly parameters: ReadonlyMap<string, string>
  readonly precedence: number
}

/** A media type with its parameters, as an element of Accept or a Content-Type. */
export function mediaType(text: string): MediaType {
  const [full = '', ...rest] = text.split(';').map(strip)
  const slash = full.indexOf('/')
  const [main, sub] = slash === -1 ? [full, ''] : [full.slice(0, slash), full.slice(slash + 1)]
  const parameters = new Map<string, string>()
  for (const parameter of rest) {
    const equals = parameter.indexOf('=')
    if (equals === -1) continue
    const value = strip(parameter.slice(equals + 1))
    const isQuoted = value.length >= 2 && value.startsWith('"') && value.endsWith('"')
    parameters.set(strip(parameter.slice(0, equals)).toLowerCase(), isQuoted ? value.slice(1, -1) : value)
  }
  const [name, more] = parameters.keys()
  const isPlain = name === undefined || (name === 'q' && more === undefined)
  const precedence = main === '*' ? 0 : sub === '*' ? 1 : isPlain ? 2 : 3
  return { main: main.toLowerCase(), sub: sub.toLowerCase(), parameters, precedence }
}

/** Whether a type of ours is what that type means, in which `*` stands for anything. */
export function matches(ours: string, { main, sub }: MediaType): boolean {
  const [ourMain, ourSub] = ours.split('/')
  return (main === '*' || main === ourMain) && (sub === '*' || sub === ourSub)
}

function indentOf({ parameters }: MediaType): number | undefined {
  const indent = parameters.get('indent')
  if (indent === undefined || !/^[+-]?\d+$/.test(indent)) return undefined
  return Math.max(Math.min(Number(indent), 8), 0) || undefined
}
