import { TextField } from './field.tsx'

interface DaysFieldProps {
  readonly label: string
  readonly hint?: string
  readonly initial: number
}

/** Days of grace, as the server takes them: 0 to 365. The field is called `grace_days`. */
export function DaysField({ label, hint, initial }: DaysFieldProps) {
  return (
    <TextField
      label={label}
      hint={hint}
      name="grace_days"
      type="number"
      min={0}
      max={365}
      step={1}
      required
      defaultValue={String(initial)}
    />
  )
}
