import type { ComponentChildren } from 'preact'
import type { Paged } from '../api/paged.ts'
import type { Problem } from '../api/problem.ts'
import { List, type ListProps } from './list.tsx'
import { Pager } from './pager.tsx'
import { Section } from './section.tsx'

interface ListPageProps<Row> extends Pick<ListProps<Row>, 'columns' | 'keyOf' | 'empty'> {
  readonly title: string
  readonly list: Paged<Row>
  /** Shown above the list, such as the failure of an action on a row. */
  readonly problem?: Problem | undefined
  /** Above the list, such as a filter. */
  readonly controls?: ComponentChildren
  /** Below the list, such as a form that adds to it. */
  readonly children?: ComponentChildren
}

/** A page that shows a list of the server, one page of it at a time. */
export function ListPage<Row>({ title, list, problem, controls, children, ...rest }: ListPageProps<Row>) {
  return (
    <Section title={title} level={1}>
      {controls}
      <List caption={title} rows={list.value?.items} problem={list.problem ?? problem} {...rest} />
      <Pager list={list} />
      {children}
    </Section>
  )
}
