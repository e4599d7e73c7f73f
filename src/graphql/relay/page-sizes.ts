/** Number of rows in a page if the request gives neither `first` nor `last`. */
export const DEFAULT_PAGE_SIZE = 20
/** Largest number of rows in a page, unless a field sets its own limit. */
export const MAX_PAGE_SIZE = 200
