/**
 * Between a word and the punctuation before it in calls, paths and capability texts: where a line of them may
 * end. The names of address families stay whole.
 */
export const breakPlaces = /(?<=[(/=,]|(?<!\bAF)_)(?=\w)/u;
