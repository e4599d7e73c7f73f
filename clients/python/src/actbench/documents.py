"""The GraphQL documents of this client."""

METRIC_FIELDS = "trainAccuracy trainLoss validationAccuracy validationLoss testAccuracy testLoss runtimeSeconds"

DATASET_FIELDS = """name title version description architecture task origin license citation sourceUrl trainable
  searchSpace fisherSpectrumLength evaluationCount createdAt updatedAt"""

DATASETS = f"""query ($after: String) {{ datasets(first: 100, after: $after) {{
  nodes {{ {DATASET_FIELDS} }} pageInfo {{ hasNextPage endCursor }} }} }}"""

DATASET = f"query ($name: String!) {{ dataset(name: $name) {{ id {DATASET_FIELDS} }} }}"

LEADERBOARD = f"""query ($name: String!, $metric: Metric!, $filter: EvaluationFilter, $first: Int!, $after: String) {{
  dataset(name: $name) {{ leaderboard(metric: $metric, filter: $filter, first: $first, after: $after) {{
    nodes {{ rank(metric: $metric) rankInterval(metric: $metric) {{ best worst }} expression activation {{ id }}
      {METRIC_FIELDS} runCount standardDeviation(metric: $metric) }}
    pageInfo {{ hasNextPage endCursor }} }} }} }}"""

EVALUATION = f"""query ($name: String!, $expression: String!) {{ dataset(name: $name) {{
  evaluation(expression: $expression) {{ expression activation {{ id expression }} {METRIC_FIELDS} runCount rank
    rankInterval {{ best worst }} }} }} }}"""

NOISE = """query ($name: String!, $metric: Metric!) { dataset(name: $name) {
  seedNoise(metric: $metric) { standardDeviation evaluations runs } } }"""

MAP = """query ($name: String!, $after: String) { dataset(name: $name) { surrogate { embedding(first: 5000, after: $after) {
  nodes { activation { id expression } x y validationAccuracy predictedMean predictedStandardDeviation }
  pageInfo { hasNextPage endCursor } } } } }"""

PREDICTIONS = """query ($name: String!, $evaluated: Boolean, $first: Int!, $after: String) { dataset(name: $name) {
  surrogate { predictions(evaluated: $evaluated, first: $first, after: $after) {
    nodes { expression activation { id } mean standardDeviation measured }
    pageInfo { hasNextPage endCursor } } } } }"""

PREDICT = """query ($dataset: String!, $expressions: [String!]!) {
  predict(dataset: $dataset, expressions: $expressions) {
    activation { id expression } mean standardDeviation measured features } }"""

COMPARE = f"""query ($expressions: [String!]!, $datasets: [String!]!) {{
  compare(expressions: $expressions, datasets: $datasets) {{
    expression activation {{ id expression }} evaluations {{ dataset {{ name }} {METRIC_FIELDS} runCount rank }} }} }}"""

ACTIVATION = """query ($expression: String!) { activation(expression: $expression) {
  id expression names parameters operators depth isFinite isConstant gaussianMean gaussianStandardDeviation
  properties { isEven isOdd isMonotone isBounded isSmooth valueAtZero derivativeAtZero leftSlope rightSlope turningPoints } } }"""

CODE = """query ($expression: String!, $target: CodeTarget!, $name: String!, $for: String) {
  activation(expression: $expression) { code(target: $target, name: $name, normalizedFor: $for) } }"""

CURVE = """query ($expression: String!, $from: Float!, $to: Float!, $points: Int!) {
  activation(expression: $expression) { curve(from: $from, to: $to, points: $points) { x y derivative } } }"""

NEIGHBOURS = """query ($expression: String!, $dataset: String, $space: FeatureSpace!, $first: Int!) {
  activation(expression: $expression) { neighbours(dataset: $dataset, space: $space, first: $first) {
    distance activation { id expression } } } }"""

NEIGHBOURS_IN = """query ($expression: String!, $dataset: String!, $space: FeatureSpace!, $first: Int!) {
  activation(expression: $expression) { neighbours(dataset: $dataset, space: $space, first: $first) {
    distance activation { id expression evaluation(dataset: $dataset) { validationAccuracy } } } } }"""

ACTIVATION_EVALUATIONS = f"""query ($expression: String!) {{ activation(expression: $expression) {{
  evaluations {{ dataset {{ name }} expression {METRIC_FIELDS} runCount }} }} }}"""

EQUIVALENTS = """query ($expression: String!, $after: String) { activation(expression: $expression) {
  equivalents(first: 100, after: $after) { nodes pageInfo { hasNextPage endCursor } } } }"""

OUTPUTS = "query ($expression: String!) { activation(expression: $expression) { outputs { base64 } } }"

SPECTRUM = """query ($expression: String!, $dataset: String!) {
  activation(expression: $expression) { fisherSpectrum(dataset: $dataset) { base64 } } }"""

KNOWN_FUNCTIONS = """query ($search: String, $after: String) { knownFunctions(search: $search, first: 100, after: $after) {
  nodes { name aliases expression year reference } pageInfo { hasNextPage endCursor } } }"""

SEARCH_FIELDS = """id name state endReason budget completed failed waitingFor algorithm replay dataset { name }
  best { expression validationAccuracy }"""

CREATE_SEARCH = f"mutation ($input: CreateSearchInput!) {{ createSearch(input: $input) {{ search {{ {SEARCH_FIELDS} }} }} }}"

SEARCH = f"query ($id: ID!) {{ search(id: $id) {{ {SEARCH_FIELDS} }} }}"

SUGGEST = f"""mutation ($input: SuggestInput!) {{ suggest(input: $input) {{
  suggestions {{ id expression epochs leaseExpiresAt predicted {{ mean standardDeviation }} }} search {{ {SEARCH_FIELDS} }} }} }}"""

REPORT = f"""mutation ($input: ReportEvaluationInput!) {{ reportEvaluation(input: $input) {{
  suggestion {{ state validationAccuracy }} search {{ {SEARCH_FIELDS} }} }} }}"""

RENEW = """mutation ($id: ID!, $seconds: Int!) { renewLease(suggestionId: $id, leaseSeconds: $seconds) {
  suggestion { leaseExpiresAt } } }"""

STOP_SEARCH = f"mutation ($id: ID!) {{ stopSearch(id: $id) {{ search {{ {SEARCH_FIELDS} }} }} }}"

HISTORY = """query ($id: ID!) { search(id: $id) { history { step bestValidationAccuracy
  suggestion { expression validationAccuracy } } } }"""

SUGGESTIONS = f"""query ($id: ID!, $state: SuggestionState, $after: String) {{ search(id: $id) {{
  suggestions(state: $state, first: 200, after: $after) {{
    nodes {{ id expression state worker failure {METRIC_FIELDS} }} pageInfo {{ hasNextPage endCursor }} }} }} }}"""

TRAIN = """mutation ($input: TrainActivationInput!) { trainActivation(input: $input) { jobs { id seed } runs { id } } }"""

JOBS = f"""query ($ids: [ID!]!) {{ nodes(ids: $ids) {{
  ... on TrainingJob {{ id seed state progress failure waitingFor run {{ id }} }} }} }}"""

RUNS = f"""query ($ids: [ID!]!) {{ nodes(ids: $ids) {{
  ... on Run {{ id seed {METRIC_FIELDS} backend device createdAt evaluation {{ expression }} }} }} }}"""

CREATE_DATASET = """mutation ($input: CreateDatasetInput!) { createDataset(input: $input) { dataset { id name } } }"""

ADD_EVALUATIONS = """mutation ($input: AddEvaluationsInput!) { addEvaluations(input: $input) { evaluations { id } } }"""

UPLOAD_SURROGATE = """mutation ($input: UploadSurrogateInput!) { uploadSurrogate(input: $input) { surrogate {
  id version name candidates quality { spearman kendall meanAbsoluteError intervalCoverage functions } } } }"""

DELETE_DATASET = "mutation ($name: String!) { deleteDataset(name: $name) { name } }"
