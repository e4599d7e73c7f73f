import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { PROJECT_ROOT } from '../../src/root.js'

interface Rendered {
  readonly html: string
  readonly headings: readonly { readonly level: number; readonly title: string; readonly id: string }[]
}

const { renderMarkdown } = (await import(pathToFileURL(join(PROJECT_ROOT, 'web/documents/markdown.mjs')).href)) as {
  renderMarkdown(text: string, toLink: (target: string) => string | null): Rendered
}
const render = (text: string) =>
  renderMarkdown(text, (target) => (target.startsWith('gone') ? null : `/docs/${target}`))
const htmlOf = (text: string) => render(text).html.replace(/\n/g, '')

test('blocks become HTML', () => {
  assert.equal(htmlOf('one\ntwo\n\nthree'), '<p>onetwo</p><p>three</p>')
  assert.equal(
    htmlOf('- a\n  more\n- b\n\n```js\n- c < d\n```\n\nend'),
    ['<ul><li>amore</li><li>b</li></ul>', '<pre tabindex="0"><code>- c &lt; d</code></pre><p>end</p>'].join(''),
  )
  assert.equal(
    htmlOf('3. a\n\n   ```sh\n   b\n\n   c\n   ```\n4. d'),
    ['<ol start="3"><li><p>a</p><pre tabindex="0"><code>bc</code></pre></li><li><p>d</p></li></ol>'].join(''),
  )
  assert.equal(
    htmlOf('1. a\n   - b\n   - c\n\n   d'),
    '<ol><li><p>a</p><ul><li>b</li><li>c</li></ul><p>d</p></li></ol>',
  )
  assert.equal(htmlOf('> a\n> b\n\n---\n<!-- not\nshown -->'), '<blockquote><p>ab</p></blockquote><hr>')
  assert.match(
    htmlOf('| a | b |\n| --- | ---: |\n| `x\\|y` | 2 |'),
    /<td><code>x\|y<\/code><\/td><td class="number">2<\/td>/,
  )
})

test('headings have the anchors of GitHub', () => {
  const { headings } = render('# To `train` it: 1.5, twice\n## Same\n## Same\n')
  assert.deepEqual(
    headings.map(({ level, id }) => [level, id]),
    [
      [1, 'to-train-it-15-twice'],
      [2, 'same'],
      [2, 'same-1'],
    ],
  )
})

test('texts stay texts', () => {
  assert.equal(htmlOf('a <script>x</script> & "b"'), '<p>a &lt;script&gt;x&lt;/script&gt; &amp; &quot;b&quot;</p>')
  assert.equal(htmlOf('`` a`b ``, 2 * 3 * 4, a_b_c, \\*d\\*'), '<p><code>a`b</code>, 2 * 3 * 4, a_b_c, *d*</p>')
  assert.equal(
    htmlOf('**b `c`** *d* [e `f`](g.md#h) [i](gone.md)'),
    ['<p><strong>b <code>c</code></strong> <em>d</em> <a href="/docs/g.md#h">e <code>f</code></a> i</p>'].join(''),
  )
  assert.equal(htmlOf('![a "b"](c.png)'), '<p><img src="/docs/c.png" alt="a &quot;b&quot;"></p>')
})
