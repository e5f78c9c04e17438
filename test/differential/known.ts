/** Steps of cases where klio answers otherwise than kube-apiserver, by why it does. */
const KNOWN: readonly (readonly [why: string, steps: Readonly<Record<string, readonly number[]>>])[] = [
  [
    'a value above 2^53 is shown as the nearest double in the message of its refusal; it is kept exactly where it is accepted',
    {
      'body: int64 max': [1],
    },
  ],
  [
    "a strategic patch's unknown fields are told in the schema's order, not by depth",
    {
      'body: strict patches, Strict': [3],
      'body: strict patches, Warn': [3],
      'body: strict patches, ': [3],
    },
  ],
  [
    "the YAML library's words for a syntax error",
    {
      'body: YAML bad': [1],
      'body: YAML tab': [1],
    },
  ],
  [
    'keys of managedFields are quoted otherwise',
    {
      'accept: application/yaml': [3],
    },
  ],
  [
    'kube-apiserver allocates an address first, and its IPAddress object refuses the name; klio says what is wrong with the name',
    {
      'name: a/b': [3],
      'name: ..': [3],
      'name: .': [3],
      'name: a%2eb': [3],
      'name: ': [3],
    },
  ],
  [
    'where a refusal shows the patched document, its fields are in another order',
    {
      'patch: json bad': [21, 24, 25],
      'patch: merge bad': [6, 7, 11],
      'patch: json deployment lists': [5],
    },
  ],
  [
    "the words of upstream's own converter for wrong types in a strategic patch",
    {
      'patch: strategic bad': [6, 9, 10, 11, 17],
      'patch: strategic deployment bad': [4, 7, 8, 10],
    },
  ],
  [
    'managedFields of a scale carry a time',
    {
      'scale: deployment': [4, 14, 29],
      'scale: others': [4],
    },
  ],
  [
    'managedFields do not own times that are null',
    {
      'status: deployment': [3, 4, 6, 7, 8, 9],
      'status: pod': [2, 3, 4, 5, 7],
      'table: pods in many states': [2],
    },
  ],
  [
    'a path that is not served warns of its deprecated kind',
    {
      'status: others': [17, 18],
    },
  ],
  [
    'the old path POST /namespaces/NS/bindings',
    {
      'binding: good and bad': [18, 19, 20],
    },
  ],
  [
    'policy/v1beta1 is not served',
    {
      'eviction: good and bad': [13],
    },
  ],
  [
    'exec and its like ask for an upgrade before they look for the node',
    {
      'parts of pods': [10, 11, 12, 15, 16, 17, 18, 19, 20, 21, 22],
    },
  ],
  [
    'a continue token opens only the list it came from',
    {
      'list: pages': [22],
    },
  ],
  [
    'Go shows a broken byte of a decoded token otherwise; revision 1 is not readable page by page',
    {
      'list: bad continue': [6, 7, 8],
    },
  ],
  [
    'a watch from the future is told so at once, where kube-apiserver waits in silence',
    {
      'watch: ends': [19, 20],
    },
  ],
  [
    'what is served differs: the documents list other kinds',
    {
      'path: /': [1],
      'path: /api/v1': [1],
      'path: /api/v1/': [1],
      'path: /api/v1/componentstatuses': [1],
      'discovery: versions': [4],
      'discovery: forms': [2, 3, 4, 5, 6],
      'discovery: OpenAPI': [1, 3],
    },
  ],
  [
    'paths with empty or broken segments are refused, never normalised (path confusion)',
    {
      'path: /api/v1/namespaces//configmaps': [1],
      'path: /api//v1/pods': [1],
      'path: /api/v1/namespaces/NS/configmaps/%zz': [1],
    },
  ],
  [
    'upstream answers 500 here',
    {
      'path: /api/v1/watch': [1],
      'path: /api/v1/watch/': [1],
    },
  ],
  [
    'a slash too many',
    {
      'path: /version/': [1],
    },
  ],
  [
    'the HTTP parser refuses methods it does not know',
    {
      'method: FOO': [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    },
  ],
  [
    "anonymous requests are told to authenticate; versions are klio's own",
    {
      'who: none and wrong': [1, 5, 15],
    },
  ],
  [
    'kube-apiserver was started without --allow-privileged',
    {
      'kind: pod privileged': [1],
    },
  ],
]

/** Why a step differs, or undefined where it must not. Steps count from 1. */
export const knownStep = (name: string, step: number): string | undefined =>
  KNOWN.find(([, cases]) => cases[name]?.includes(step))?.[0]
