import { authentication } from './authentication.ts'
import { authorization } from './authorization.ts'
import { oauth } from './oauth.ts'
import type { Requirement } from './requirement.ts'
import { sessions } from './sessions.ts'
import { tokens } from './tokens.ts'

/** Every requirement of the chapters V6 to V10, in the order of the standard. */
export const requirements: readonly Requirement[] = [
  ...authentication,
  ...sessions,
  ...authorization,
  ...tokens,
  ...oauth,
]

/** How many requirements of a chapter stand where, level by level. */
export interface Count {
  readonly chapter: string
  readonly level: Requirement['level']
  readonly all: number
  readonly position: Readonly<Record<Requirement['position'], number>>
}

export function countRequirements(): readonly Count[] {
  const chapters = [...new Set(requirements.map(chapterOf))]
  return chapters.flatMap((chapter) =>
    ([1, 2, 3] as const).flatMap((level) => {
      const those = requirements.filter((one) => chapterOf(one) === chapter && one.level === level)
      const of = (position: Requirement['position']) =>
        those.filter((one) => one.position === position).length
      const position = {
        ...{ met: of('met'), operator: of('operator'), not_applicable: of('not_applicable') },
        not_yet: of('not_yet'),
      }
      return those.length === 0 ? [] : [{ chapter, level, all: those.length, position }]
    }),
  )
}

function chapterOf({ id }: Requirement): string {
  return id.slice(0, id.indexOf('.'))
}
