import { Section } from '../../elements/section.tsx'
import type { PageProps } from '../../page-definition.ts'
import { Activity } from './activity.tsx'
import { Addresses } from './addresses.tsx'
import { Attributes } from './attributes.tsx'
import { Factors } from './factors.tsx'
import { Password } from './password.tsx'
import { Sessions } from './sessions.tsx'

/** What a person may see and change of their own account. */
export function Page({ title }: PageProps) {
  return (
    <Section title={title} level={1}>
      <Sessions />
      <Factors />
      <Password />
      <Addresses />
      <Attributes />
      <Activity />
    </Section>
  )
}
