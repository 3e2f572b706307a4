import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'

// The part of `@opentelemetry/api` 1.x that is used. It is not a dependency: an operator brings it, with an SDK behind it.

/** A context as the API has it; nothing here looks inside. */
export type TraceContext = object

export interface SpanContext {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
  readonly isRemote: boolean
  readonly traceState?: unknown
}

export type Attributes = Readonly<Record<string, string | number>>

export interface Span {
  setAttribute(name: string, value: string | number): unknown
  setStatus(status: { readonly code: number }): unknown
  end(): void
}

export interface TraceApi {
  readonly trace: {
    getTracer(
      name: string,
      version?: string,
    ): {
      startSpan(
        name: string,
        options: { readonly kind: number; readonly attributes: Attributes; readonly root?: boolean },
        context: TraceContext,
      ): Span
    }
    setSpan(context: TraceContext, span: Span): TraceContext
    setSpanContext(context: TraceContext, span: SpanContext): TraceContext
  }
  readonly context: {
    active(): TraceContext
    with<T>(context: TraceContext, work: () => T): T
  }
  readonly createTraceState?: (text: string) => unknown
}

const usual = '@opentelemetry/api'

/**
 * The API that an operator has brought: with `auto` the package, if it is installed beside this server; with `off` none; else the
 * package or the file of this name.
 * @throws {Error} in one line, if what is named is not there or is no such API
 */
export async function loadTraceApi(named: string): Promise<TraceApi | undefined> {
  if (named === 'off') return undefined
  if (named === 'auto' && !isInstalled(usual)) return undefined
  const name = named === 'auto' ? usual : named
  let loaded: unknown
  try {
    loaded = await import(isAbsolute(name) ? pathToFileURL(name).href : name)
  } catch (error) {
    const { code = 'it failed' } = error as NodeJS.ErrnoException // of an import, or of what it runs
    throw new Error(`LATCHKEY_TRACES names ${name}, which cannot be loaded (${code})`)
  }
  // A CommonJS module may have its members in its default alone.
  const { default: inner } = loaded as { readonly default?: unknown }
  const api = [loaded, inner].find(isTraceApi)
  if (!api) throw new Error(`LATCHKEY_TRACES names ${name}, which is no @opentelemetry/api`)
  return api
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name)
    return true
  } catch {
    return false
  }
}

function isTraceApi(value: unknown): value is TraceApi {
  const { trace, context } = (value ?? {}) as Partial<TraceApi>
  const isMethod = (method: unknown) => typeof method === 'function'
  return (
    [trace?.getTracer, trace?.setSpan, trace?.setSpanContext].every(isMethod) &&
    [context?.active, context?.with].every(isMethod)
  )
}
