import { createHmac } from 'node:crypto'
import type { ApplicationRow } from '../applications/store.ts'

/** `sub` of a person as an application has it: the same for all, or one that no two applications can compare. */
export function subjectFor(
  { subject_type: type, subject_salt: salt }: Pick<ApplicationRow, 'subject_type' | 'subject_salt'>,
  userId: string,
): string {
  return type === 'public' ? userId : createHmac('sha256', salt).update(userId).digest('base64url')
}
