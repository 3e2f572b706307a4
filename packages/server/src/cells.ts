/**
 * What a spreadsheet takes for a formula: text that begins, behind blanks and marks that are not seen, with one of these
 * characters, or with a wide form that some programs read as the same. And the same behind apostrophes, as it is written here.
 */
const formula = /^'*[\s\uFEFF]*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/

/** A cell as a spreadsheet may open it: what it would run has an apostrophe before it. */
export function safeCell(text: string): string {
  return formula.test(text) ? `'${text}` : text
}

/** The text that `safeCell` was given. */
export function cellText(cell: string): string {
  return cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell
}

/** One line of CSV (RFC 4180). */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(quoted).join(',')}\r\n`
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
