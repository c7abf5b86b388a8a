"""Performs scenarios, several labs side by side, and scores each."""
import itertools
import os
import queue
import threading
import traceback
from concurrent import futures

import kernel_truth
import processes
import rig as rigs
import score as scores

# At a run that a busy machine disturbs.
ATTEMPTS = 6


class Lab:
    """Where the programs are, where results go, and the kernel's tracing."""

    def __init__(self, build, netlat, keep, tracing):
        self.build = build      # has lab-wire, lab-serve and lab-drive
        self.netlat = netlat    # the program to score
        self.keep = keep        # a folder for each run
        self.tracing = tracing  # kernel_truth.tracing()
        self.stopped = threading.Event()
        # Not where the program before this one began.
        self.serials = itertools.count(os.getpid())
        self.repeated = 0  # runs

    def _attempt(self, run, slot, serial):
        folder = os.path.join(self.keep, run.name)
        try:
            with kernel_truth.LocalPorts(serial) as ports:
                rig = rigs.Rig(run, folder, self.build, self.tracing, slot,
                               ports, self.stopped)
                return scores.Score(run, rig, rig.perform(), self.netlat)
        except Exception as error:
            with open(os.path.join(folder, "error.txt"), "w") as out:
                traceback.print_exc(file=out)
            return error

    def perform_all(self, runs, jobs, report):
        """report(run, result) as each ends, from any thread: its score, or
        the error that ended it.  A run that the machine disturbed is made
        again when the others are over, since what disturbed it may last.
        Ctrl-C ends the runs under way, cleanly, and is raised again."""
        waiting = queue.Queue()
        for run in runs:
            waiting.put((run, 1))

        def work(slot):
            while not self.stopped.is_set():
                try:
                    run, attempt = waiting.get_nowait()
                except queue.Empty:
                    return
                result = self._attempt(run, slot, next(self.serials))
                if isinstance(result, processes.Disturbed) and \
                        attempt < ATTEMPTS:
                    self.repeated += 1
                    waiting.put((run, attempt + 1))
                else:
                    report(run, result)
        with futures.ThreadPoolExecutor(max(1, jobs)) as pool:
            try:
                for worker in [pool.submit(work, slot)
                               for slot in range(max(1, jobs))]:
                    worker.result()
            except BaseException:
                self.stopped.set()
                raise
