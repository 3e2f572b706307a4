import * as v from 'valibot'
import { wholeText } from './whole-text.ts'

/** What somebody was let do with one device, and with no other (RFC 9396). `own` is never among the actions. */
export interface DeviceDetail {
  readonly type: 'device'
  /** Its uid. */
  readonly identifier: string
  readonly actions: readonly DetailAction[]
  /** Which commands may be sent; all if not given. */
  readonly methods?: readonly string[] | undefined
  /** When it ends, in seconds since the epoch. */
  readonly expires_at?: number | undefined
}

export const detailActions = ['view', 'control'] as const
export type DetailAction = (typeof detailActions)[number]

/** The types that there are, for the metadata. */
export const detailTypes = ['device'] as const

/** So many characters of JSON at most: a token says all of it. */
export const longestDetails = 1_500
const mostDetails = 10

export const detailSchema = v.strictObject({
  type: v.picklist(detailTypes),
  identifier: v.pipe(v.string(), v.regex(wholeText(/[\w.-]{1,64}/))),
  actions: v.pipe(
    v.array(v.picklist(detailActions)),
    v.minLength(1),
    v.check((actions) => isDistinct(actions)),
  ),
  methods: v.exactOptional(
    v.pipe(
      v.array(v.pipe(v.string(), v.regex(wholeText(/[\w.-]{1,64}/)))),
      v.minLength(1),
      v.maxLength(20),
      v.check((methods) => isDistinct(methods)),
    ),
  ),
  expires_at: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
})

const schema = v.pipe(
  v.array(detailSchema),
  v.maxLength(mostDetails),
  v.check((details) => isDistinct(details.map(({ identifier }) => identifier))),
  v.check((details) =>
    details.every(({ actions, methods }) => methods === undefined || actions.includes('control')),
  ),
)

function isDistinct(list: readonly string[]): boolean {
  return new Set(list).size === list.length
}

/** A detail as answers show it. */
export function shownDetail({ actions, methods, ...rest }: DeviceDetail): v.InferOutput<typeof detailSchema> {
  const { expires_at: end, type, identifier } = rest
  return {
    ...{ type, identifier, actions: [...actions] },
    ...(methods && { methods: [...methods] }),
    ...(end !== undefined && { expires_at: end }),
  }
}

/** Details as a token or a request says them; undefined unless each of them is as it should be. */
export function readDetails(value: unknown): readonly DeviceDetail[] | undefined {
  const read = v.safeParse(schema, value)
  return read.success ? read.output : undefined
}

/** As they stand in a request or a column; undefined unless it is such a list, and none that is empty. */
export function parseDetails(text: string): readonly DeviceDetail[] | undefined {
  if (text.length > longestDetails) return undefined
  try {
    const details = readDetails(JSON.parse(text))
    return details?.length === 0 ? undefined : details
  } catch {
    return undefined
  }
}

/** What is asked for with one device. A command names its method; what is no command names none. */
export interface AskedOfDevice {
  readonly uid: string
  readonly action: DetailAction | 'own'
  readonly method?: string | undefined
}

/**
 * What details say to it, for whoever has any: `granted`, `denied` for another use of a device that they name, and `hidden` for every
 * other device. Whether the person has the right themselves is another question.
 */
export function judgeDetails(
  details: readonly DeviceDetail[] | undefined,
  { uid, action, method }: AskedOfDevice,
  nowMs: number,
): 'granted' | 'denied' | 'hidden' {
  if (details === undefined) return 'granted'
  const detail = details.find(({ identifier }) => identifier === uid)
  if (!detail || isOver(detail, nowMs)) return 'hidden'
  if (action === 'own' || !detail.actions.includes(action)) return 'denied'
  if (action === 'view' || detail.methods === undefined) return 'granted'
  return method !== undefined && detail.methods.includes(method) ? 'granted' : 'denied'
}

/** Those that are still in force. */
export function detailsInForce(details: readonly DeviceDetail[], nowMs: number): readonly DeviceDetail[] {
  return details.filter((detail) => !isOver(detail, nowMs))
}

function isOver({ expires_at: end }: DeviceDetail, nowMs: number): boolean {
  return end !== undefined && end * 1000 <= nowMs
}

/** When the first of them ends, in milliseconds; undefined if none does. */
export function firstEndOf(details: readonly DeviceDetail[]): number | undefined {
  const ends = details.flatMap(({ expires_at: end }) => (end === undefined ? [] : [end * 1000]))
  return ends.length === 0 ? undefined : Math.min(...ends)
}

/** The permissions without which they are worth nothing. */
export function permissionsOf(
  details: readonly DeviceDetail[],
): readonly ('devices:view' | 'devices:control')[] {
  const actions = new Set(details.flatMap(({ actions }) => actions))
  return detailActions.filter((action) => actions.has(action)).map((action) => `devices:${action}` as const)
}
