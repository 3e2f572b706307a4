import type { ComponentChildren } from 'preact'
import { useWords } from '../context.ts'
import { accountWords } from '../words/account.ts'
import { Section } from './section.tsx'

const tabs = [
  { name: 'home', path: '/account' },
  { name: 'security', path: '/account/security' },
  { name: 'apiKeys', path: '/account/api-keys' },
  { name: 'applications', path: '/account/applications' },
  { name: 'agents', path: '/account/agents' },
  { name: 'activity', path: '/account/activity' },
  { name: 'data', path: '/account/data' },
] as const

interface AccountPageProps {
  readonly title: string
  readonly current: (typeof tabs)[number]['name']
  readonly children: ComponentChildren
}

/** A page of one's own account, with the way to the others. */
export function AccountPage({ title, current, children }: AccountPageProps) {
  const say = useWords(accountWords)
  return (
    <Section title={title} level={1}>
      <ul class="tabs" aria-label={say.myAccount}>
        {tabs.map(({ name, path }) => (
          <li key={name}>
            <a href={`#${path}`} aria-current={name === current ? 'page' : undefined}>
              {say[name]}
            </a>
          </li>
        ))}
      </ul>
      {children}
    </Section>
  )
}
