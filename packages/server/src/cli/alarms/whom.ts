/** Whom an alarm concerns, in a cell. */
export function whomOf(alarm: {
  readonly subject: string | null
  readonly subject_name: string | null
  readonly subjects: number
}): string {
  return alarm.subject === null ? `${alarm.subjects} together` : (alarm.subject_name ?? alarm.subject)
}
