/** Rows of a page that does not say how many. */
export const DEFAULT_PAGE_SIZE = 20
/** The most rows of a page, unless a field says otherwise. */
export const MAX_PAGE_SIZE = 200
