import manifest from '../package.json'

/** klio's own version. */
export const VERSION: string = manifest.version
