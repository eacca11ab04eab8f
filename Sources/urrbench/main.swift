import UrrPlatform

print(TimeStampClock().now())
