import type { ComponentChildren, ComponentProps } from 'preact'
import { useId } from 'preact/hooks'

interface FieldProps {
  readonly label: string
  readonly hint?: string | undefined
}

/** Attributes that tie a control to its label and hint. */
interface Ties {
  readonly id: string
  readonly 'aria-describedby': string | undefined
}

function Field({
  label,
  hint,
  children,
}: FieldProps & { readonly children: (ties: Ties) => ComponentChildren }) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': hint === undefined ? undefined : `${id}-hint` })}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}

/** An input with its label. It takes the attributes of an input. */
export function TextField({ label, hint, ...input }: FieldProps & ComponentProps<'input'>) {
  return (
    <Field label={label} hint={hint}>
      {(ties) => <input {...input} {...ties} />}
    </Field>
  )
}

/** Several lines of text with their label. It takes the attributes of a textarea. */
export function TextAreaField({ label, hint, ...area }: FieldProps & ComponentProps<'textarea'>) {
  return (
    <Field label={label} hint={hint}>
      {(ties) => <textarea {...area} {...ties} />}
    </Field>
  )
}

interface SelectFieldProps {
  readonly options: readonly { readonly value: string; readonly label: string }[]
  /** The value that is chosen at first; the first option if not given. */
  readonly initial?: string | undefined
}

/** A choice of one of few, with its label. It takes the attributes of a select. */
export function SelectField({
  label,
  hint,
  options,
  initial,
  ...select
}: FieldProps & SelectFieldProps & ComponentProps<'select'>) {
  return (
    <Field label={label} hint={hint}>
      {(ties) => (
        <select {...select} {...ties}>
          {options.map(({ value, label }) => (
            <option key={value} value={value} selected={value === initial}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
