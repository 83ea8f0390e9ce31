// The little that HTML cannot do by itself. Every page works without this file.
(() => {
  'use strict';
  // A page that waits for an answer asks again, as long as it is the page that is shown.
  const wait = () => {
    const place = document.querySelector('[data-again]');
    if (!place) return;
    setTimeout(() => {
      if (place.isConnected) location.replace(place.dataset.again);
    }, Number(place.dataset.seconds) * 1000);
  };
  wait();
  // A page that was swapped in is a new page for whoever listens to it: focus moves to its
  // content (or to what went wrong), as a browser does after a full load.
  document.addEventListener('htmx:after:swap', (event) => {
    if (event.detail?.ctx?.target !== document.body) return;
    const place = document.querySelector('[data-focus]') ?? document.querySelector('main');
    place?.focus({ preventScroll: !place.hasAttribute('data-focus') });
    wait();
  });
  // After a refused form was loaded in full, the same: what went wrong comes first.
  document.querySelector('[data-focus]')?.focus();
  // A step of a quantity is a change of its number: the page stays, and so does the focus. Without
  // this file the button asks for the page anew.
  document.addEventListener('click', (event) => {
    const button = event.target.closest('.stepper > button');
    if (!button) return;
    event.preventDefault();
    const number = button.parentElement.querySelector('input');
    if (button.dataset.step === 'less') number.stepDown();
    else number.stepUp();
    number.dispatchEvent(new Event('change', { bubbles: true }));
  });
  // A deed is done once: a second click on a form that was sent does nothing. Listening on the
  // way down, before htmx hears of it.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method !== 'post') return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopPropagation();
    }
    form.dataset.sent = 'yes';
  }, true);
  // A form that is shown again may be sent again: after an error of the network, and when the
  // page comes from the back-forward cache.
  const forget = () => {
    for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
  };
  document.addEventListener('htmx:finally:request', forget);
  addEventListener('pageshow', forget);
})();
