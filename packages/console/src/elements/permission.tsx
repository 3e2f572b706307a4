import { useConsole } from '../context.ts'
import { permissionWords } from '../words/permissions.ts'

/** A permission by its name, and what it allows. */
export function PermissionName({ name }: { name: string }) {
  const { language } = useConsole()
  const meaning: string | undefined = (permissionWords[language] as Readonly<Record<string, string>>)[name]
  return (
    <span class="permission">
      <code>{name}</code>
      {meaning !== undefined && <span class="hint">{meaning}</span>}
    </span>
  )
}
