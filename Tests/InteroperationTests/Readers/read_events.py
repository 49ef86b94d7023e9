"""All scalars of a folder of event files, as TensorBoard shows them."""
import sys

from common import show
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

events = EventAccumulator(sys.argv[1])
events.Reload()
show({
    tag: [[event.step, event.value, event.wall_time] for event in events.Scalars(tag)]
    for tag in events.Tags()["scalars"]
})
