import { type Client, ClientError } from 'latchkey/client'
import type { Confirmed, EndingName } from './endings.ts'
import type { Operations } from './operations.ts'
import { Problem, problemFrom, problemIn } from './problem.ts'
import { withQuery } from './query.ts'
import { type ServerEvent, serverEvents } from './server-events.ts'

/** An operation of the server by its method and path, such as `GET /v1/devices`. */
export type OperationName = keyof Operations

/** What an operation answers when it succeeds. */
export type Answer<Name extends OperationName> = Operations[Name]['answer']

/** An element of the list that an operation answers. */
export type Item<Name extends OperationName> =
  Answer<Name> extends { readonly items: readonly (infer Element)[] } ? Element : never

/** A permission that the server knows. */
export type Permission = Operations['POST /v1/user-types']['body']['permissions'][number]

/** The parameters and the body of an operation, and a signal that aborts the request. */
export type Given<Name extends OperationName> = Omit<Operations[Name], 'answer'> & {
  readonly signal?: AbortSignal
  /** Send the cookies of this origin, for the few operations that look at them. */
  readonly withCookies?: boolean
  /** Change this version and no other: the server answers 412 if there is another one meanwhile. */
  readonly ifVersion?: number | undefined
}

/** It may be left out if the operation requires none of it. */
type Arguments<Name extends OperationName> =
  Record<never, never> extends Given<Name> ? [given?: Given<Name>] : [given: Given<Name>]

/** The server's HTTP interface, called as the person who is signed in. */
export interface Api {
  /** @throws {Problem} */
  call<Name extends Exclude<OperationName, EndingName>>(
    name: Name,
    ...given: Arguments<Name>
  ): Promise<Answer<Name>>
  /** Call an operation that ends something, which the person was told before. @throws {Problem} */
  end<Name extends EndingName>(
    confirmed: Confirmed,
    name: Name,
    ...given: Arguments<Name>
  ): Promise<Answer<Name>>
  /** A file. @throws {Problem} */
  file<Name extends OperationName>(name: Name, ...given: Arguments<Name>): Promise<Blob>
  /** Server-sent events, until the server ends the stream or the signal aborts. @throws {Problem} */
  follow<Name extends OperationName>(name: Name, ...given: Arguments<Name>): AsyncGenerator<ServerEvent>
}

export function createApi({ fetch }: Pick<Client, 'fetch'>): Api {
  async function responseTo(name: OperationName, given: AnyGiven = {}): Promise<Response> {
    const { body, signal, withCookies = false, ifVersion } = given
    const [method = '', template = ''] = name.split(' ')
    const response = await fetch(addressOf(template, given), {
      method,
      credentials: withCookies ? 'same-origin' : 'omit',
      cache: 'no-store',
      redirect: 'error',
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(ifVersion !== undefined && { 'if-match': `"${ifVersion}"` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    }).catch((error: unknown) => {
      if (signal?.aborted) throw error
      if (error instanceof ClientError) throw problemFrom(error)
      throw new Problem('unreachable', 0, 'the server cannot be reached')
    })
    if (response.ok) return response
    throw await problemIn(response)
  }

  async function answerTo<Name extends OperationName>(name: Name, given?: AnyGiven): Promise<Answer<Name>> {
    const response = await responseTo(name, given)
    // Not checked here: the types are written from the description of the server that answers.
    return (response.status === 204 ? undefined : await response.json()) as Answer<Name>
  }

  return {
    call: (name, ...[given]) => answerTo(name, given),
    end: (_, name, ...[given]) => answerTo(name, given),
    async file<Name extends OperationName>(name: Name, ...[given]: Arguments<Name>) {
      return (await responseTo(name, given)).blob()
    },
    async *follow<Name extends OperationName>(name: Name, ...[given]: Arguments<Name>) {
      const { body } = await responseTo(name, given)
      if (body) yield* serverEvents(body)
    },
  }
}

/** `Given` of any operation. */
interface AnyGiven {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly body?: unknown
  readonly signal?: AbortSignal
  readonly withCookies?: boolean
  readonly ifVersion?: number | undefined
}

function addressOf(template: string, { path = {}, query = {} }: AnyGiven): string {
  const filled = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''))
  return withQuery(filled, query)
}
