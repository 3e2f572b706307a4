import { wholeText } from '../whole-text.ts'

const entityTag = wholeText(/"(\d{1,15})"/)

/** The versions on which a change may stand; undefined for whatever there is. */
export type IfVersions = readonly number[] | undefined

/**
 * RFC 9110 section 13.1.1: a list of entity tags, or `*` for whatever there is. Ours are a version in quotes; of others, and
 * of weak ones, none is a version of ours.
 */
export function ifVersions(ifMatch: string | undefined): IfVersions {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined
  return ifMatch.split(',').flatMap((tag) => {
    const version = entityTag.exec(tag.trim())?.[1]
    return version === undefined ? [] : [Number(version)]
  })
}
