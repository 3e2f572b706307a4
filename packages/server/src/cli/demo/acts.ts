import type { Actor, Person, Stage } from './stage.ts'

type Name = 'admin' | 'ada' | 'ben'

/** Call the server's interface, as one of the people of the story or as nobody. */
export function call(
  stage: Stage,
  method: string,
  path: string,
  { as, body }: { as?: Name; body?: object } = {},
): Promise<Response> {
  return fetch(stage.issuer + path, {
    method,
    headers: {
      ...(as && { authorization: `Bearer ${personOf(stage, as).token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
}

/** {@link call}, where anything but success ends the story. */
export async function ask(
  stage: Stage,
  method: string,
  path: string,
  given: { as?: Name; body?: object } = {},
): Promise<Record<string, unknown>> {
  const response = await call(stage, method, path, given)
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status} ${text}`)
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}

export async function expectStatus(status: number, response: Response): Promise<void> {
  const text = await response.text()
  if (response.status !== status) throw new Error(`expected status ${status}, got ${response.status} ${text}`)
}

export async function signIn(stage: Stage, username: Name, password: string): Promise<void> {
  const tokens = await ask(stage, 'POST', '/v1/login', { body: { username, password } })
  stage.people.set(username, {
    username,
    password,
    token: String(tokens.access_token),
    sessionId: String(tokens.session_id),
  })
}

export function personOf(stage: Stage, name: Name): Person {
  return present(stage.people.get(name), name)
}
export function theDevice({ device }: Stage): Actor {
  return present(device, 'the device')
}
export function theService({ service }: Stage): Actor {
  return present(service, 'the service')
}
function present<T>(value: T | undefined, who: string): T {
  if (value === undefined) throw new Error(`${who} has not come on stage yet`)
  return value
}
