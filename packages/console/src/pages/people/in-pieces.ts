import type { Answer } from '../../api/api.ts'

export type Report = Answer<'POST /v1/users/bulk'>

/** More people than this are acted on piece by piece: the server takes no more in one request. */
export const mostAtOnce = 1_000
/** Small enough that it is seen how it goes on. */
const piece = 200

/** How far it has come. What failed on the way goes on from here, so that one piece at most is done twice. */
export interface Course {
  readonly report: Report
  /** How many of those who were counted are still to be acted on. Nobody more is, whoever matches by then. */
  readonly left: number
}

export function beginning(count: number): Course {
  return { report: { done: 0, refused: 0, items: [], next: null }, left: count }
}

export function actedOn({ report: { done, refused } }: Course): number {
  return done + refused
}

/** @param act does it to the next `most` people behind `after` */
export async function nextPiece(
  { report, left }: Course,
  act: (given: { most: number; after?: string }) => Promise<Report>,
): Promise<Course> {
  const { next: after } = report
  const { done, refused, items, next } = await act({
    most: Math.min(piece, left),
    ...(after !== null && { after }),
  })
  return {
    report: {
      ...{ done: report.done + done, refused: report.refused + refused, next },
      // Of so many people, those are kept of whom there is something to say.
      items: [...report.items, ...items.filter(({ code, link }) => code !== null || link !== undefined)],
    },
    left: next === null ? 0 : left - items.length,
  }
}
