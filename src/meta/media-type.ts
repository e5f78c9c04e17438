/** `application/json` out of a Content-Type with parameters, in lower case. */
export const mediaType = (header: string | undefined): string =>
  (header ?? '').split(';', 1)[0]!.trim().toLowerCase()
