import type { Ask, Route } from '../mount/exchange.ts'
import { answer, refuse } from './answer.ts'
import { MethodNotAllowed } from './exceptions.ts'
import { negotiate } from './negotiation.ts'
import { parse } from './parse.ts'

interface View {
  /** As the view is called in the answer to OPTIONS. */
  readonly name: string
  readonly description: string
  /** The challenge of an answer 401. */
  readonly challenge?: string
  readonly maxBodyBytes: number
  readonly post: (
    data: unknown,
    ask: Ask,
  ) => Promise<{ readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }>
}

const allow = { allow: 'POST, OPTIONS' }

/** A view that takes POST, authenticates nobody, and describes itself to OPTIONS. */
export function view({ name, description, challenge, maxBodyBytes, post }: View): Route {
  return async (ask) => {
    let indent: number | undefined
    try {
      indent = negotiate(ask).indent
      if (ask.method === 'OPTIONS') return answer(200, { name, description, renders, parses }, allow, indent)
      if (ask.method !== 'POST') throw new MethodNotAllowed(ask.method)
      const { body, headers } = await post(await parse(ask, maxBodyBytes), ask)
      return answer(200, body, { ...allow, ...headers }, indent)
    } catch (error) {
      return refuse(error, challenge ?? null, allow, indent)
    }
  }
}

const renders = ['application/json']
const parses = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data']
