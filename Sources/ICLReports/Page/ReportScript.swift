/// What a page does more with scripts: read-out under the pointer, zoom, and legend entries that
/// hide their curves.
///
/// It reads the values that `pageMarkup` leaves in `data-` attributes, and puts texts into the page
/// only as text.
enum ReportScript {
  static let text = #"""
    'use strict';
    (() => {
      document.documentElement.classList.add('scripted');
      const ns = 'http://www.w3.org/2000/svg';
      const numbers = text => (text || '').split(' ').map(Number);

      // The scales of Axis.Scale, by the words it writes.
      const scale = word => {
        const [kind, linear] = word.split(' ');
        if (kind === 'log') return [v => v > 0 ? Math.log10(v) : NaN, p => 10 ** p];
        if (kind === 'symlog') return [
          v => Math.sign(v) * Math.log10(1 + Math.abs(v) / linear),
          p => Math.sign(p) * linear * (10 ** Math.abs(p) - 1)];
        return [v => v, p => p];
      };

      const shown = value => {
        if (!Number.isFinite(value)) return 'not a number';
        const size = Math.abs(value);
        if (size && (size < 1e-4 || size >= 1e7)) return value.toExponential(3);
        return String(Number(value.toPrecision(5)));
      };

      class Ruler {
        constructor(word, limits, start, end) {
          Object.assign(this, {word, limits, start, end});
          [this.forward, this.backward] = scale(word);
        }
        place(value) {
          const [low, high] = this.limits.map(this.forward);
          return this.start + (this.forward(value) - low) / (high - low) * (this.end - this.start);
        }
        value(place) {
          const [low, high] = this.limits.map(this.forward);
          return this.backward(low + (place - this.start) / (this.end - this.start) * (high - low));
        }
        ticks(count) {
          const [low, high] = this.limits;
          if (this.word === 'log' && high / low > 30) {
            const powers = [];
            for (let p = Math.ceil(Math.log10(low)); p <= Math.log10(high); p++) powers.push(10 ** p);
            const skip = Math.ceil(powers.length / count);
            return powers.filter((_, index) => index % skip === 0);
          }
          const size = (high - low) / count;
          const power = 10 ** Math.floor(Math.log10(size));
          const step = power * ([1, 2, 5].find(f => f * power >= size * .999999) || 10);
          const result = [];
          for (let n = Math.ceil(low / step); n * step <= high; n++) result.push(n * step);
          return result;
        }
      }

      class Panel {
        constructor(group, figure) {
          this.group = group;
          this.figure = figure;
          const [left, top, width, height] = numbers(group.dataset.area);
          this.area = {left, top, width, height};
          this.first = [numbers(group.dataset.xLimits), numbers(group.dataset.yLimits)];
          this.x = new Ruler(group.dataset.xScale, this.first[0], left, left + width);
          this.y = new Ruler(group.dataset.yScale, this.first[1], top + height, top);
          this.marks = [...group.querySelectorAll('path[data-x]')].map(path => ({
            path, series: path.closest('.icl-series'), d: path.getAttribute('d'),
            kind: path.getAttribute('class'), marker: path.dataset.marker,
            x: numbers(path.dataset.x), y: numbers(path.dataset.y),
            low: numbers(path.dataset.low), high: numbers(path.dataset.high),
            error: path.dataset.error ? numbers(path.dataset.error) : null}));
          this.readable = this.marks.filter(m => m.kind === 'icl-line' || m.kind === 'icl-points');
          this.references = [...group.querySelectorAll('.icl-reference')];
          this.saved = ['.icl-x-axis', '.icl-y-axis', '.icl-grid'].map(name => {
            const element = group.querySelector(name);
            return element && [element, [...element.childNodes]];
          }).filter(Boolean);
          this.guide = this.line(left, top, left, top + height);
          this.guide.setAttribute('stroke-opacity', '.5');
          this.guide.setAttribute('visibility', 'hidden');
          group.append(this.guide);
        }
        line(x1, y1, x2, y2) {
          const path = document.createElementNS(ns, 'path');
          path.setAttribute('d', `M${x1},${y1}L${x2},${y2}`);
          path.setAttribute('stroke', 'currentColor');
          path.setAttribute('fill', 'none');
          return path;
        }
        text(label, x, y, anchor) {
          const element = document.createElementNS(ns, 'text');
          for (const [key, value] of Object.entries(
            {x, y, 'text-anchor': anchor, 'font-size': 11, fill: 'currentColor'}))
            element.setAttribute(key, value);
          element.textContent = label;
          return element;
        }
        get isZoomed() {
          return this.x.limits !== this.first[0] || this.y.limits !== this.first[1];
        }
        zoom(x, y) {
          this.x.limits = x;
          this.y.limits = y;
          this.draw();
        }
        reset() { this.zoom(...this.first); }
        draw() {
          const {x, y, area} = this;
          for (const [element, children] of this.saved) element.replaceChildren(...children);
          for (const mark of this.marks)
            mark.path.setAttribute('d', this.isZoomed ? this.path(mark) : mark.d);
          for (const element of this.references) {
            const across = element.dataset.y !== undefined;
            const place = across ? y.place(+element.dataset.y) : x.place(+element.dataset.x);
            element.firstElementChild.setAttribute('d', across
              ? `M${area.left},${place}H${area.left + area.width}`
              : `M${place},${area.top}V${area.top + area.height}`);
          }
          for (const label of this.group.querySelectorAll('.icl-reference-label'))
            label.classList.toggle('icl-hidden', this.isZoomed);
          if (this.isZoomed) this.drawAxes();
        }
        drawAxes() {
          const {x, y, area} = this;
          const bottom = area.top + area.height;
          const replace = (name, children) => {
            const element = this.group.querySelector(name);
            if (element) element.replaceChildren(...children);
          };
          replace('.icl-x-axis', [this.line(area.left, bottom, area.left + area.width, bottom),
            ...x.ticks(area.width / 65).flatMap(value => {
              const place = x.place(value);
              return [this.line(place, bottom, place, bottom + 5),
                this.text(shown(value), place, bottom + 17, 'middle')];
            })]);
          const ticks = y.ticks(area.height / 30);
          replace('.icl-y-axis', [this.line(area.left, area.top, area.left, bottom),
            ...ticks.flatMap(value => {
              const place = y.place(value);
              return [this.line(area.left - 5, place, area.left, place),
                this.text(shown(value), area.left - 8, place + 4, 'end')];
            })]);
          replace('.icl-grid', ticks.map(value => {
            const line = this.line(
              area.left, y.place(value), area.left + area.width, y.place(value));
            line.setAttribute('stroke-opacity', '.1');
            return line;
          }));
        }
        inside(px, py) {
          const {left, top, width, height} = this.area;
          return px >= left && px <= left + width && py >= top && py <= top + height;
        }
        path(mark) {
          const xs = mark.x.map(v => this.x.place(v));
          const near = value => Math.max(-5000, Math.min(5000, value));
          const at = (index, list) => {
            const place = this.y.place(list[index]);
            return Number.isFinite(place) ? near(place) : this.y.start;
          };
          const pair = (px, py) => `${near(px).toFixed(2)},${py.toFixed(2)}`;
          if (mark.kind === 'icl-band') {
            const known = [...xs.keys()].filter(
              i => Number.isFinite(xs[i]) && Number.isFinite(mark.high[i]));
            const top = known.map(i => pair(xs[i], at(i, mark.high)));
            const bottom = known.reverse().map(i => pair(xs[i], at(i, mark.low)));
            return top.length ? `M${[...top, ...bottom].join('L')}Z` : '';
          }
          if (mark.kind === 'icl-errors')
            return xs.map((px, i) => this.inside(px, this.area.top)
              ? `M${pair(px, at(i, mark.high))}V${at(i, mark.low).toFixed(2)}` : '').join('');
          const ys = mark.y.map(v => this.y.place(v));
          if (mark.marker)
            return xs.map((px, i) => this.inside(px, ys[i])
              ? `M${pair(px, ys[i])}${mark.marker}` : '').join('');
          let isDown = false;
          return xs.map((px, i) => {
            if (!Number.isFinite(px) || !Number.isFinite(ys[i])) { isDown = false; return ''; }
            const part = (isDown ? 'L' : 'M') + pair(px, near(ys[i]));
            isDown = true;
            return part;
          }).join('');
        }
        // The values of all curves at the recorded place nearest to the pointer.
        read(px) {
          const isShown = mark => mark.series && !mark.series.classList.contains('icl-hidden');
          let best = null;
          for (const mark of this.readable.filter(isShown))
            for (const value of mark.x) {
              const distance = Math.abs(this.x.place(value) - px);
              if (best === null || distance < best[0]) best = [distance, value];
            }
          if (best === null) return null;
          const rows = [];
          for (const mark of this.readable.filter(isShown)) {
            let index = 0;
            mark.x.forEach((value, i) => {
              if (Math.abs(this.x.place(value) - this.x.place(best[1])) <
                  Math.abs(this.x.place(mark.x[index]) - this.x.place(best[1]))) index = i;
            });
            if (Math.abs(this.x.place(mark.x[index]) - this.x.place(best[1])) > 12) continue;
            const kind = mark.series.dataset.kind === 'theory' ? ', theory' : '';
            const error = mark.error && Number.isFinite(mark.error[index])
              ? ` ± ${Number(mark.error[index].toPrecision(2))}` : '';
            rows.push({name: mark.series.dataset.series + kind,
              text: shown(mark.y[index]) + error, colour: getComputedStyle(mark.series).color});
          }
          return {x: best[1], rows};
        }
      }

      const enhance = svg => {
        const holder = svg.closest('figure');
        const panels = [...svg.querySelectorAll('.icl-panel[data-area]')]
          .map(group => new Panel(group, svg));
        svg.setAttribute('role', 'group');
        const box = document.createElement('div');
        box.className = 'read-out';
        box.hidden = true;
        const reset = document.createElement('button');
        reset.className = 'reset';
        reset.type = 'button';
        reset.textContent = 'Reset zoom';
        reset.hidden = true;
        holder.append(box, reset);
        const band = document.createElementNS(ns, 'rect');
        band.setAttribute('fill', 'currentColor');
        band.setAttribute('fill-opacity', '.12');
        let drag = null;

        const point = event => {
          const place = new DOMPoint(event.clientX, event.clientY)
            .matrixTransform(svg.getScreenCTM().inverse());
          return [place.x, place.y];
        };
        const hide = () => {
          box.hidden = true;
          for (const panel of panels) panel.guide.setAttribute('visibility', 'hidden');
        };
        const show = (panel, px, event) => {
          const reading = panel.read(px);
          if (!reading) return hide();
          const place = panel.x.place(reading.x);
          const {top, height} = panel.area;
          panel.guide.setAttribute('d', `M${place},${top}V${top + height}`);
          panel.guide.setAttribute('visibility', 'visible');
          const head = document.createElement('b');
          head.textContent = `${panel.group.dataset.xLabel} ${shown(reading.x)}`;
          box.replaceChildren(head, ...reading.rows.map(row => {
            const line = document.createElement('div');
            const dot = document.createElement('i');
            dot.style.color = row.colour;
            line.append(dot, `${row.name}: ${row.text}`);
            return line;
          }));
          box.hidden = false;
          const frame = holder.getBoundingClientRect();
          const left = event.clientX - frame.left;
          const room = frame.width - box.offsetWidth - 4;
          box.style.left =
            `${Math.max(0, Math.min(left + 14, room < left ? left - box.offsetWidth - 14 : room))}px`;
          box.style.top = `${event.clientY - frame.top + 14}px`;
        };

        svg.addEventListener('pointerdown', event => {
          const [px, py] = point(event);
          const panel = panels.find(p => p.inside(px, py));
          if (!panel) return;
          if (event.pointerType !== 'mouse') return show(panel, px, event);
          if (event.button !== 0) return;
          event.preventDefault();
          svg.setPointerCapture(event.pointerId);
          drag = {panel, px, py};
        });
        svg.addEventListener('pointermove', event => {
          const [px, py] = point(event);
          if (!drag) {
            const panel = panels.find(p => p.inside(px, py));
            return panel ? show(panel, px, event) : hide();
          }
          const {left, top, width, height} = drag.panel.area;
          const x = Math.max(left, Math.min(left + width, px));
          const y = Math.max(top, Math.min(top + height, py));
          for (const [key, value] of Object.entries({x: Math.min(x, drag.px),
            y: Math.min(y, drag.py), width: Math.abs(x - drag.px), height: Math.abs(y - drag.py)}))
            band.setAttribute(key, value);
          drag.end = [x, y];
          if (!band.isConnected) drag.panel.group.append(band);
          hide();
        });
        svg.addEventListener('pointerup', () => {
          band.remove();
          const done = drag;
          drag = null;
          if (!done || !done.end) return;
          const [x, y] = done.end;
          if (Math.abs(x - done.px) < 6 && Math.abs(y - done.py) < 6) return;
          const {panel} = done;
          // A drag along one direction zooms that one only.
          const ends = (ruler, a, b) => Math.abs(a - b) < 6 ? ruler.limits
            : [ruler.value(a), ruler.value(b)].sort((m, n) => m - n);
          panel.zoom(ends(panel.x, done.px, x), ends(panel.y, done.py, y));
          reset.hidden = !panels.some(p => p.isZoomed);
        });
        svg.addEventListener('pointerleave', () => { if (!drag) hide(); });
        const resetAll = () => {
          for (const panel of panels) panel.reset();
          reset.hidden = true;
        };
        svg.addEventListener('dblclick', resetAll);
        reset.addEventListener('click', resetAll);

        for (const entry of svg.querySelectorAll('.icl-entry')) {
          entry.setAttribute('role', 'button');
          entry.setAttribute('tabindex', '0');
          entry.setAttribute('aria-pressed', 'true');
          entry.setAttribute('aria-label', `show ${entry.dataset.series}`);
          const toggle = () => {
            const isOn = entry.getAttribute('aria-pressed') === 'true';
            entry.setAttribute('aria-pressed', String(!isOn));
            for (const series of svg.querySelectorAll('.icl-series')) {
              const isTheory = entry.dataset.kind === 'theory';
              const belongs = series.dataset.series === entry.dataset.series
                || isTheory && entry.dataset.series === 'theory' && series.dataset.kind === 'theory';
              if (belongs) series.classList.toggle('icl-hidden', isOn);
            }
          };
          entry.addEventListener('click', toggle);
          entry.addEventListener('keydown', event => {
            if (event.key !== 'Enter' && event.key !== ' ') return;
            event.preventDefault();
            toggle();
          });
        }
      };
      document.querySelectorAll('figure > svg.icl-figure').forEach(enhance);
    })();

    """#
}
