import { wholeText } from '../whole-text.ts'
import type { Given } from './given.ts'
import { WrongUse } from './wrong-use.ts'

const durationForm = wholeText(/(\d{1,6})([smhd])/)
const secondsForm = wholeText(/(\d{1,9})([smhd])?/)
const countForm = wholeText(/\d{1,6}/)

const units = { s: 1, m: 60, h: 3_600, d: 86_400 } as const

/** A time such as 90s, 15m, 2h or 14d, in seconds. */
export function secondsOf(option: string, text: string): number {
  const [, count, unit] = durationForm.exec(text) ?? []
  if (count === undefined || unit === undefined)
    throw new WrongUse(`${option} takes a time such as 90s, 15m, 2h or 14d`)
  return Number(count) * units[unit as keyof typeof units] // as the expression has them
}

export function countIn(option: string, text: string): number {
  if (!countForm.test(text) || Number(text) === 0) throw new WrongUse(`${option} takes a number from 1 on`)
  return Number(text)
}

export function oneOf<Name extends string>(
  option: string,
  names: readonly Name[],
  text: string | undefined,
): Name | undefined {
  const name = names.find((one) => one === text)
  if (text !== undefined && name === undefined) throw new WrongUse(`${option} takes ${names.join(', ')}`)
  return name
}

/** An option as commander gives it: text, if it was said. */
export function textOption(options: Given['options'], name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

/** As `textOption` for one that may be said several times. */
export function listOption(options: Given['options'], name: string): readonly string[] | undefined {
  const value = options[name]
  return Array.isArray(value) ? value.map(String) : undefined
}

/** `90`, `90s`, `15m`, `2h` or `7d`, in seconds. */
export function secondsOption(options: Given['options'], name: string, flag: string): number | undefined {
  const value = textOption(options, name)
  if (value === undefined) return undefined
  const [, count, unit = 's'] = secondsForm.exec(value) ?? []
  if (count === undefined) throw new WrongUse(`${flag} takes seconds, or 15m, 2h, 7d`)
  return Number(count) * units[unit as keyof typeof units] // as the expression has them
}
