/** A process that has not been heard of for so long has ended, or cannot store anything. */
export const heardOfMs = 20_000
