/** A request, the same in every framework. */
export interface Ask {
  /** In upper case. */
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** What stands behind the question mark; empty if nothing does. */
  readonly query: string
  /** The value of a header by its name in lower case; several lines are joined by a comma, those of `cookie` by `; `. */
  header(name: string): string | undefined
  /** The body, up to `limit` bytes. Call it once. */
  body(limit: number): Promise<Body>
  /** The platform's own object for this request: the same in every middleware that the request passes. */
  readonly source: object
}

export type Body =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** A body parser of the app was there first. */
  | { readonly kind: 'parsed'; readonly value: unknown }
  | { readonly kind: 'too_large' }
  /** The connection ended in the middle. */
  | { readonly kind: 'broken' }

/** A response. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Answers the requests to one path, with any method. A function that throws has a bug, or its caller has. */
export type Route = (ask: Ask) => Answer | Promise<Answer>

/** What is put into an app. */
export interface Entry {
  readonly routes: ReadonlyMap<string, Route>
  /** Called with each request before any route, so that a middleware deeper in the app can be linked to it. */
  readonly onRequest?: (source: object) => void
}

/** Decides whether a request may go on. */
export type Gate = (ask: Ask) => Promise<Verdict>

export type Verdict =
  | { readonly kind: 'refused'; readonly answer: Answer }
  | {
      readonly kind: 'granted'
      /** What handlers find where their framework keeps such things: `request.user`, `c.get('user')`, `ctx.state.user`. */
      readonly found: Readonly<Record<string, unknown>>
      /** Surrounds what comes behind. */
      readonly run?: <T>(next: () => T) => T
    }

/** One framework: is this app, or are these arguments of a middleware, its? Both say undefined if not. */
export interface Framework {
  readonly mount: (app: unknown, entry: Entry) => true | undefined
  readonly pass: (args: readonly unknown[], gate: Gate) => { readonly result: unknown } | undefined
}

export function go<T>({ run }: { readonly run?: <R>(next: () => R) => R }, next: () => T): T {
  return run === undefined ? next() : run(next)
}

/** Read a property of something of which nothing is known. */
export function member(value: unknown, name: string): unknown {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return undefined
  return (value as Record<string, unknown>)[name] // an object or a function, just checked
}

/** Does this have all these methods? */
export function hasMethods<Name extends string>(
  value: unknown,
  ...names: readonly Name[]
): value is Readonly<Record<Name, (...args: unknown[]) => unknown>> {
  return names.every((name) => typeof member(value, name) === 'function')
}

/** A limit of NaN would be none. */
export function checkMaxBodyBytes(maxBodyBytes: unknown): void {
  if (typeof maxBodyBytes !== 'number' || !(maxBodyBytes > 0)) {
    throw new TypeError('maxBodyBytes is a number of bytes')
  }
}
