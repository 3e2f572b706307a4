import { Refusal } from '../errors.ts'

/** A member of an application that cannot be taken. */
export function invalid(field: string, reason: string): Refusal {
  return new Refusal('request_invalid', `${field} ${reason}`, { faults: [{ field: `/${field}`, reason }] })
}
