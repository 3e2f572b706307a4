import { useConsole } from '../context.ts'
import { isRefusalReason, refusalWords } from '../words/refusals.ts'

/** Why somebody was refused, in words; a reason without words as the log has it. */
export function ReasonText({ reason }: { reason: string }) {
  const { language } = useConsole()
  if (!isRefusalReason(reason)) return <code>{reason}</code>
  return <>{refusalWords[language][reason][0]}</>
}
