/** The command was called wrongly: said in one line, with exit status 2. */
export class WrongUse extends Error {}
