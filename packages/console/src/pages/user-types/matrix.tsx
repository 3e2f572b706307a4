import { useState } from 'preact/hooks'
import type { Permission } from '../../api/api.ts'
import { useSession, useWords } from '../../context.ts'
import { PermissionName } from '../../elements/permission.tsx'
import { Table } from '../../elements/table.tsx'
import { permissionNames } from '../../words/permissions.ts'
import { type Draft, isTicked, ticked } from './draft.ts'
import { Unsaved } from './unsaved.tsx'
import type { UserType } from './user-type.ts'
import { words } from './words.ts'

interface MatrixProps {
  readonly title: string
  readonly types: readonly UserType[]
  readonly mayWrite: boolean
  readonly onSaved: (type: UserType) => void
}

/** Types by permissions, with a box in each cell, and below what is ticked and not saved. */
export function Matrix({ title, types, mayWrite, onSaved }: MatrixProps) {
  const { scopes } = useSession()
  const say = useWords(words)
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft | undefined>>>({})
  const keep = (name: string, draft: Draft | undefined) =>
    setDrafts((before) => ({ ...before, [name]: draft }))

  const box = (type: UserType, permission: Permission) => {
    const draft = drafts[type.name]
    return (
      <input
        type="checkbox"
        aria-label={say.permits(type.name, permission)}
        checked={isTicked(type, draft, permission)}
        // Nobody gives or takes what they do not hold, and the server refuses it.
        disabled={!mayWrite || !scopes.includes(permission)}
        onChange={({ currentTarget }) =>
          keep(type.name, ticked(type, draft, permission, currentTarget.checked))
        }
      />
    )
  }
  return (
    <>
      <Table
        caption={title}
        rows={permissionNames}
        keyOf={(permission) => permission}
        columns={[
          { title: say.permission, cell: (permission) => <PermissionName name={permission} /> },
          ...types.map((type) => ({
            title: type.name,
            cell: (permission: Permission) => box(type, permission),
          })),
        ]}
      />
      {types.map((type) => {
        const draft = drafts[type.name]
        return (
          draft && (
            <Unsaved
              key={type.name}
              type={type}
              draft={draft}
              onSaved={onSaved}
              onDone={() => keep(type.name, undefined)}
            />
          )
        )
      })}
    </>
  )
}
