import type { Permission } from '../api/api.ts'
import { useConsole } from '../context.ts'
import { permissionWords } from '../words/permissions.ts'

/** A permission by its name, and what it allows. */
export function PermissionName({ name }: { name: string }) {
  const { language } = useConsole()
  // A permission that has no words does not compile; a scope of a service has none.
  const words: Readonly<Record<Permission, string>> = permissionWords[language]
  const meaning: string | undefined = (words as Readonly<Record<string, string>>)[name]
  return (
    <span class="permission">
      <code>{name}</code>
      {meaning !== undefined && <span class="hint">{meaning}</span>}
    </span>
  )
}
