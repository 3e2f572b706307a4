import type { ComponentType } from 'preact'
import type { Permission } from './api/api.ts'
import type { Translated } from './words/translations.ts'

/** A page of the console. The router, the navigation and the loading of its script all follow from this. */
export interface PageDefinition {
  /**
   * Its address after the `#`, such as `/devices`. A page below another, such as `/devices/{uid}` or `/account/data`, is not in the
   * navigation: the page above it links to it.
   */
  readonly path: string
  /** In the navigation, in the heading and in the title of the window. */
  readonly title: Translated<string>
  /** With any one of these the page can be opened. Without one it is not in the navigation either. */
  readonly permission: readonly [Permission, ...Permission[]] | 'everybody'
  /** Called when the page is opened for the first time. */
  readonly load: () => Promise<{ readonly Page: ComponentType<PageProps> }>
  /** What stands beside its link in the navigation, loaded behind the first page. */
  readonly badge?: () => Promise<{ readonly Badge: ComponentType }>
}

export interface PageProps {
  readonly title: string
  /** The parameters of the path, by name. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
}

export function isPermitted({ permission }: PageDefinition, scopes: readonly string[]): boolean {
  return permission === 'everybody' || permission.some((one) => scopes.includes(one))
}

export function isInNavigation({ path }: PageDefinition): boolean {
  return path.lastIndexOf('/') === 0
}
