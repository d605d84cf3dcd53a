/*
 * Before everything else, in the language of 2009, so that every browser can read it. What Chromium 86 lacks and the
 * pages use is added here; a browser older than that is told which ones work instead of being left with a white page.
 */
// biome-ignore-all lint: written for browsers that know nothing newer
;(function () {
  'use strict'
  var add = function (owner, name, value) {
    if (owner && !(name in owner))
      Object.defineProperty(owner, name, { value: value, writable: true, configurable: true })
  }
  var at = function (index) {
    var n = Math.trunc(index) || 0
    return this[n < 0 ? this.length + n : n]
  }
  add(Array.prototype, 'at', at)
  add(String.prototype, 'at', at)
  add(Array.prototype, 'findLast', function (test, self) {
    for (var i = this.length - 1; i >= 0; i--) if (test.call(self, this[i], i, this)) return this[i]
  })
  add(Array.prototype, 'findLastIndex', function (test, self) {
    for (var i = this.length - 1; i >= 0; i--) if (test.call(self, this[i], i, this)) return i
    return -1
  })
  add(Array.prototype, 'toSorted', function (compare) {
    return Array.prototype.slice.call(this).sort(compare)
  })
  add(window.URL, 'canParse', function (url, base) {
    try {
      return Boolean(new URL(url, base))
    } catch (e) {
      return false
    }
  })
  add(Object, 'hasOwn', function (object, key) {
    return Object.prototype.hasOwnProperty.call(object, key)
  })
  // missing also in newer ones where the page came over plain http
  add(window.crypto, 'randomUUID', function () {
    return '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, function (c) {
      return (c ^ (window.crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16)
    })
  })
  // the pages copy plain data only: what JSON can say
  add(window, 'structuredClone', function (value) {
    return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
  })

  // replaceChildren came with Chromium 86 (Firefox 78, Safari 14)
  if ('noModule' in document.createElement('script') && Element.prototype.replaceChildren) return
  document.documentElement.setAttribute('data-too-old', '')
  var tell = function () {
    document.title = '浏览器版本过低 · 治本'
    document.body.innerHTML =
      '<div style="max-width:620px;margin:0 auto;padding:48px 16px;font-size:16px;line-height:1.8">' +
      '<h1 style="font-size:22px">这个浏览器版本太低，打不开本系统</h1>' +
      '<p>请换用下面任何一种，再打开同一网址：</p><ul>' +
      '<li>360 安全浏览器 13、360 企业安全浏览器：在地址栏右侧切换到“极速模式”（兼容模式打不开）</li>' +
      '<li>奇安信可信浏览器、统信浏览器、红莲花等内核为 Chromium 86 或更新的浏览器</li>' +
      '<li>Microsoft Edge 86、谷歌浏览器 86、火狐 78、苹果 Safari 14 或更新的版本</li>' +
      '<li>手机：系统自带浏览器的近年版本，或微信 8</li></ul>' +
      '<p>不知道怎样更换时，请把这一页给本单位的信息化管理员看。您的数据都在服务器上，没有丢失。</p></div>'
  }
  if (document.body) tell()
  else if (document.addEventListener) document.addEventListener('DOMContentLoaded', tell)
  else window.attachEvent('onload', tell)
})()
